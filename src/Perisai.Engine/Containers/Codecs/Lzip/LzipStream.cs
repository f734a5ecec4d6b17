using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs.Lzma;

namespace Perisai.Engine.Containers.Codecs.Lzip;

/// <summary>
/// Decodes lzip members behind one another (the lzip manual, "File format"): a 6-byte header, LZMA with an end marker, a 20-byte
/// trailer with a checksum and lengths.
/// </summary>
internal sealed class LzipStream(CodecInput input) : DecoderStream(input)
{
    public const string ContentChecksum = "lzip.content-checksum";
    public const string WrongLength = "lzip.wrong-length";

    private const int Lc3Lp0Pb2 = 3 + 2 * 45;

    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly Crc32 _checksum = new();
    private LzmaStream? _member;
    private long _memberStart;
    private bool _any;

    protected override void Produce()
    {
        if (_member is null)
        {
            ReadHeader();
            return;
        }

        var count = _member.Read(_buffer);
        if (count > 0)
        {
            Output = _buffer;
            OutputStart = 0;
            OutputEnd = count;
            _checksum.Append(_buffer.AsSpan(0, count));
        }
        else if (_member.Finished)
        {
            ReadTrailer();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _member?.Dispose();
        _member = null;
        base.Dispose(disposing);
    }

    private void ReadHeader()
    {
        if (!Input.Peek(4).SequenceEqual("LZIP"u8))
        {
            Finished = _any ? true : throw new CodecException("lzip: the magic bytes are missing.");
            return;
        }

        _memberStart = Input.Consumed;
        var header = Input.Take(6);
        if (header[4] != 1)
            throw new CodecException($"lzip: version {header[4]}.", NotScannedReason.Unsupported);
        var size = 1u << (header[5] & 0x1F);
        size -= size / 16 * (uint)(header[5] >> 5);
        _member = new LzmaStream(
            Input, [Lc3Lp0Pb2, (byte)size, (byte)(size >> 8), (byte)(size >> 16), (byte)(size >> 24)], length: -1);
        _checksum.Reset();
        _any = true;
    }

    private void ReadTrailer()
    {
        var produced = _member!.Produced;
        _member.Dispose();
        _member = null;
        if (Input.ReadUInt32() != _checksum.GetCurrentHashAsUInt32())
            AddFault(ContentChecksum);
        var right = Input.ReadUInt64() == (ulong)produced;
        if (Input.ReadUInt64() != (ulong)(Input.Consumed - _memberStart) | !right)
            AddFault(WrongLength);
    }
}
