using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Tnef;

/// <summary>
/// Decodes compressed RTF ([MS-OXRTFCP]): LZ77 with a ring of 4 KiB that begins with common words of RTF, or a body that is stored.
/// </summary>
internal sealed class CompressedRtfStream : DecoderStream
{
    private const uint Compressed = 0x75465A4C;
    private const uint Stored = 0x414C454D;
    private const int RingLength = 4096;
    private const int BlockLength = 16 << 10;

    private static readonly uint[] _checksums = MakeChecksums();

    private readonly byte[] _ring = new byte[RingLength];
    private int _at;
    private uint _checksum;
    private uint _expected;
    private bool _started;
    private bool _isStored;

    public CompressedRtfStream(CodecInput input)
        : base(input)
    {
        Output = new byte[BlockLength + 17 * 8];
        Words.CopyTo(_ring);
        _at = Words.Length;
    }

    /// <summary>What the ring begins with, by the specification (section 2.1.2.1).</summary>
    private static ReadOnlySpan<byte> Words =>
        "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"u8;

    protected override void Produce()
    {
        if (!_started)
        {
            Start();
            return;
        }

        OutputStart = OutputEnd = 0;
        if (_isStored)
        {
            OutputEnd = Input.Read(Output.AsSpan(0, BlockLength));
            Finished = OutputEnd == 0;
            return;
        }

        while (OutputEnd < BlockLength && !Finished)
            DecodeRun();
    }

    private void Start()
    {
        _started = true;
        // Both lengths are the sender's word; the property's own length is what bounds the body.
        Input.Take(8);
        var kind = Input.ReadUInt32();
        _expected = Input.ReadUInt32();
        if (kind is not (Compressed or Stored))
            throw new CodecException("The body is neither compressed nor stored.", NotScannedReason.Unsupported);
        _isStored = kind == Stored;
    }

    /// <summary>A byte of flags, lowest first, and what it announces: bytes, or references of two bytes into the ring.</summary>
    private void DecodeRun()
    {
        if (!TryTake(out var flags))
        {
            Finish(isProper: false);
            return;
        }

        for (var bit = 0; bit < 8; bit++, flags >>= 1)
        {
            if (!TryTake(out var first))
            {
                Finish(isProper: false);
                return;
            }

            if ((flags & 1) == 0)
            {
                Put((byte)first);
                continue;
            }

            if (!TryTake(out var second))
            {
                Finish(isProper: false);
                return;
            }

            var from = first << 4 | second >> 4;
            if (from == _at)
            {
                // A reference to where the next byte goes ends the body.
                Finish(isProper: true);
                return;
            }

            for (var count = (second & 15) + 2; count > 0; count--, from = from + 1 & RingLength - 1)
                Put(_ring[from]);
        }
    }

    private void Finish(bool isProper)
    {
        Finished = true;
        if (!isProper)
            AddFault(TnefFaults.BadBody, "It ends without its mark.");
        else if (_checksum != _expected)
            AddFault(TnefFaults.WrongBodyChecksum);
    }

    private bool TryTake(out int value)
    {
        if (Input.Available <= 0 && !Input.Fill())
        {
            value = 0;
            return false;
        }

        var next = Input.Buffer[Input.Position++];
        _checksum = _checksums[(byte)(_checksum ^ next)] ^ _checksum >> 8;
        value = next;
        return true;
    }

    private void Put(byte value)
    {
        _ring[_at] = value;
        _at = _at + 1 & RingLength - 1;
        Output[OutputEnd++] = value;
    }

    /// <summary>The usual polynomial of 32 bits, but without the inversions at both ends: the runtime's CRC-32 has them.</summary>
    private static uint[] MakeChecksums()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ value >> 1 : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
