namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>
/// Decodes the lines of a uuencoded block (POSIX uuencode), up to and with its <c>end</c>. The input stands behind the <c>begin</c>
/// line. Lines that were cut because they ended in blanks are filled up with zeros; lines that fit no rule are passed over.
/// </summary>
internal sealed class UuencodeStream(CodecInput input) : TextDecoderStream(input)
{
    public const string BadLine = "uuencode.bad-line";
    public const string MissingEnd = "uuencode.missing-end";

    /// <summary>A line holds at most 63 bytes; some programs add a checksum.</summary>
    private const int LongestLine = 256;

    /// <summary>So many lines that fit no rule in a row end the block.</summary>
    private const int MostBadLines = 8;

    private int _badLines;
    private bool _sawEmptyGroup;

    protected override void Produce()
    {
        BeginOutput(LongestLine);
        while (OutputEnd + 64 <= Output.Length)
        {
            if (!TryReadLine(LongestLine, out var line))
            {
                if (!_sawEmptyGroup)
                    AddFault(MissingEnd);
                Finished = true;
                return;
            }

            if (line.TrimEnd(" \t"u8).SequenceEqual("end"u8))
            {
                Finished = true;
                return;
            }

            if (line.IsEmpty)
                continue;
            var length = line[0] - 0x20 & 0x3F;
            if (line[0] is < 0x20 or > 0x60 || line[1..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x60) >= 0
                || line.Length - 1 > (length + 2) / 3 * 4 + 2 || _sawEmptyGroup)
            {
                // Behind the empty group only "end" can follow, and nothing is lost without it.
                if (_sawEmptyGroup || ++_badLines >= MostBadLines)
                {
                    if (!_sawEmptyGroup)
                        AddFault(MissingEnd);
                    Finished = true;
                    return;
                }

                AddFault(BadLine);
                continue;
            }

            _badLines = 0;
            _sawEmptyGroup = length == 0;
            Decode(line[1..], length);
        }
    }

    private void Decode(ReadOnlySpan<byte> text, int length)
    {
        Span<byte> line = stackalloc byte[96];
        line.Fill((byte)' ');
        text[..Math.Min(text.Length, line.Length)].CopyTo(line);
        var output = Output.AsSpan(OutputEnd, length);
        OutputEnd += length;
        for (var at = 0; at < length; at += 3)
        {
            var group = line.Slice(at / 3 * 4, 4);
            var bits = (group[0] - 0x20 & 0x3F) << 18 | (group[1] - 0x20 & 0x3F) << 12 | (group[2] - 0x20 & 0x3F) << 6 | group[3] - 0x20 & 0x3F;
            output[at] = (byte)(bits >> 16);
            if (at + 1 < length)
                output[at + 1] = (byte)(bits >> 8);
            if (at + 2 < length)
                output[at + 2] = (byte)bits;
        }
    }
}
