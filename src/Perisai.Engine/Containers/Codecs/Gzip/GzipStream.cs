using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.Codecs.Gzip;

/// <summary>Decodes gzip (RFC 1952): members behind one another, zeros between and behind them as tapes and some tools leave.</summary>
internal sealed class GzipStream(CodecInput input) : DecoderStream(input)
{
    public const string ContentChecksum = "gzip.content-checksum";
    public const string WrongLength = "gzip.wrong-length";

    private readonly InflateStream _inflate = new(input);
    private readonly Crc32 _checksum = new();
    private readonly byte[] _buffer = new byte[64 << 10];
    private bool _inMember;
    private bool _any;

    protected override void Produce()
    {
        if (!_inMember)
        {
            StartMember();
            return;
        }

        var count = _inflate.Read(_buffer);
        if (count > 0)
        {
            Output = _buffer;
            OutputStart = 0;
            OutputEnd = count;
            _checksum.Append(_buffer.AsSpan(0, count));
        }
        else if (_inflate.Finished)
        {
            _inMember = false;
            if (Input.ReadUInt32() != _checksum.GetCurrentHashAsUInt32())
                AddFault(ContentChecksum);
            if (Input.ReadUInt32() != (uint)_inflate.Produced)
                AddFault(WrongLength);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _inflate.Dispose();
        base.Dispose(disposing);
    }

    private void StartMember()
    {
        if (_any)
        {
            SkipZeros();
            if (!GzipHeader.IsMagic(Input.Peek(2)))
            {
                Finished = true;
                return;
            }
        }

        _any = true;
        GzipHeader.Read(Input);
        _inflate.Reset();
        _checksum.Reset();
        _inMember = true;
    }

    private void SkipZeros()
    {
        while ((Input.Available > 0 || Input.Fill()) && Budget.CheckTime())
        {
            var zeros = Input.Buffer.AsSpan(Input.Position, Input.Available).IndexOfAnyExcept((byte)0);
            Input.Position += zeros >= 0 ? zeros : Input.Available;
            if (zeros >= 0)
                return;
        }
    }
}
