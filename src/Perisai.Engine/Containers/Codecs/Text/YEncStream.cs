using System.IO.Hashing;

namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>
/// Decodes the lines of a yEnc block (the yEnc draft 1.3), up to and with its <c>=yend</c> line, and compares length and checksum with
/// what that line says. The input stands behind the <c>=ybegin</c> (and <c>=ypart</c>) lines.
/// </summary>
internal sealed class YEncStream(CodecInput input) : TextDecoderStream(input)
{
    public const string WrongChecksum = "yenc.wrong-checksum";
    public const string WrongLength = "yenc.wrong-length";
    public const string MissingEnd = "yenc.missing-end";

    private readonly Crc32 _checksum = new();
    private long _length;
    private bool _atLineStart = true;
    private bool _escaped;

    protected override void Produce()
    {
        if (!HasInput())
        {
            AddFault(MissingEnd);
            return;
        }

        BeginOutput();
        while (OutputEnd < Output.Length && Input.Available > 0)
        {
            if (_atLineStart && !_escaped && Input.Buffer[Input.Position] == '=' && Input.Peek(2) is [_, (byte)'y'])
            {
                if (!Input.Peek(6).SequenceEqual("=yend "u8) && !Input.Peek(6).SequenceEqual("=yend\n"u8) && !Input.Peek(6).SequenceEqual("=yend\r"u8))
                {
                    // Another keyword: no data.
                    TryReadLine(1024, out _);
                    continue;
                }

                FinishBlock();
                return;
            }

            DecodeStretch();
        }

        Count();
    }

    /// <summary>Decodes up to the next character with a meaning, or that character. Keywords at a line's start were seen to before.</summary>
    private void DecodeStretch()
    {
        var window = Input.Buffer.AsSpan(Input.Position, Math.Min(Input.Available, Output.Length - OutputEnd));
        var first = window[0];
        if (first is (byte)'\r' or (byte)'\n')
        {
            Input.Position++;
            _escaped = false;
            _atLineStart |= first == '\n';
        }
        else if (_escaped || first == '=')
        {
            Input.Position++;
            if (_escaped)
                Output[OutputEnd++] = (byte)(first - 64 - 42);
            _escaped = !_escaped;
            _atLineStart = false;
        }
        else
        {
            var special = window.IndexOfAny((byte)'=', (byte)'\r', (byte)'\n');
            var plain = special < 0 ? window : window[..special];
            var output = Output.AsSpan(OutputEnd, plain.Length);
            for (var i = 0; i < plain.Length; i++)
                output[i] = (byte)(plain[i] - 42);
            OutputEnd += plain.Length;
            Input.Position += plain.Length;
            _atLineStart = false;
        }
    }

    private void FinishBlock()
    {
        Count();
        TryReadLine(1024, out var line);
        if (YEncLine.TryNumber(line, "size="u8, out var size) && size != _length)
            AddFault(WrongLength);
        // A part has a checksum of its own.
        if ((YEncLine.TryHex(line, " pcrc32="u8, out var checksum) || YEncLine.TryHex(line, " crc32="u8, out checksum))
            && checksum != _checksum.GetCurrentHashAsUInt32())
            AddFault(WrongChecksum);
        Finished = true;
    }

    private void Count()
    {
        _checksum.Append(Output.AsSpan(0, OutputEnd));
        _length += OutputEnd;
    }
}
