using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.Uuencode;

/// <summary>
/// Finds blocks of encoded data between lines of text and hands each on decoded: <c>begin 644 NAME</c> (uuencode),
/// <c>begin-base64 644 NAME</c> (POSIX uuencode -m), <c>=ybegin … name=NAME</c> (yEnc). One pass, in the order of the text.
/// </summary>
internal sealed class TextBlocks(CodecInput input, IMemberSink sink)
{
    private const int LongestLine = 1024;

    /// <summary>Bytes kept when the window moves on, so that a mark is seen whole with what stands before it.</summary>
    private const int Overlap = 8;

    private static ReadOnlySpan<byte> Mark => "begin"u8;

    /// <summary>Whether such a mark may be in the text; a cheap look before anything is decoded.</summary>
    public static bool MayBeIn(BoundedReader reader, long start, long end) => reader.IndexOf(Mark, start, end) >= 0;

    /// <summary>Hands on every block; returns how many there were.</summary>
    public int Run()
    {
        var blocks = 0;
        var atLineStart = true;
        while (!sink.ShouldStop && input.Ensure(1))
        {
            var window = input.Buffer.AsSpan(input.Position, input.Available);
            var at = window.IndexOf(Mark);
            if (at < 0)
            {
                var step = input.Complete ? window.Length : Math.Max(0, window.Length - Overlap);
                input.Position += step;
                atLineStart &= step == 0;
                input.Fill();
                continue;
            }

            var yEnc = at >= 2 && window[at - 1] == 'y' && window[at - 2] == '=';
            var start = yEnc ? at - 2 : at;
            if (start == 0 ? atLineStart : window[start - 1] == '\n')
            {
                input.Position += start;
                atLineStart = true;
                if (yEnc ? ReadYEnc() : ReadUuencode())
                {
                    blocks++;
                    continue;
                }

                start = 0;
                at = yEnc ? 2 : 0;
            }

            input.Position += at + Mark.Length;
            atLineStart = false;
        }

        return blocks;
    }

    /// <summary>The line at the position without its end; it is not consumed.</summary>
    private ReadOnlySpan<byte> PeekLine(out int length)
    {
        var window = input.Peek(LongestLine);
        var end = window.IndexOf((byte)'\n');
        length = end < 0 ? window.Length : end + 1;
        return (end < 0 ? window : window[..end]).TrimEnd("\r"u8);
    }

    private bool ReadUuencode()
    {
        var line = PeekLine(out var length);
        var isBase64 = line.StartsWith("begin-base64 "u8);
        if (!isBase64 && !line.StartsWith("begin "u8))
            return false;
        var rest = line[(isBase64 ? 13 : 6)..].TrimStart((byte)' ');
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        if (digits is < 3 or > 4 || rest[digits] is not ((byte)' ' or (byte)'\t'))
            return false;
        var name = MemberName.Decode(rest[digits..].Trim(" \t\""u8));
        var startsData = StartsData(input.Peek(length + LongestLine)[Math.Min(length, input.Available)..], isBase64);
        if (!startsData)
            return false;
        input.Position += length;
        var before = input.Consumed;
        using DecoderStream stream = isBase64 ? new Base64LinesStream(input) : new UuencodeStream(input);
        sink.AddStream(new Member(name), stream, Math.Max(1, input.Remaining));
        Report(stream.Faults, before);
        return true;
    }

    /// <summary>Whether a line of data, or the end of an empty block, follows. Prose may begin a line with "begin 100 " as well.</summary>
    private static bool StartsData(ReadOnlySpan<byte> text, bool isBase64)
    {
        var end = text.IndexOf((byte)'\n');
        var line = (end < 0 ? text : text[..end]).TrimEnd("\r"u8);
        if (isBase64)
            return line.IndexOfAnyExceptInRange((byte)'+', (byte)'z') < 0;
        if (line.IsEmpty)
            return true;
        var bytes = line[0] - 0x20 & 0x3F;
        return line[0] is >= 0x20 and <= 0x60 && (line.Length - 1 <= (bytes + 2) / 3 * 4 + 2 || end < 0)
            && line[1..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x60) < 0;
    }

    private bool ReadYEnc()
    {
        var line = PeekLine(out var length);
        if (!YEncLine.TryNumber(line, "size="u8, out var size) || line.IndexOf("line="u8) < 0)
            return false;
        var at = line.IndexOf("name="u8);
        var name = at < 0 ? "" : MemberName.Decode(line[(at + 5)..].Trim(" \t\""u8));
        var isPart = YEncLine.TryNumber(line, "part="u8, out var part);
        input.Position += length;
        line = PeekLine(out length);
        var isWhole = !isPart;
        if (line.StartsWith("=ypart "u8))
        {
            isWhole = YEncLine.TryNumber(line, "begin="u8, out var from) && YEncLine.TryNumber(line, "end="u8, out var to) && from == 1 && to == size;
            input.Position += length;
        }

        var before = input.Consumed;
        using var stream = new YEncStream(input);
        sink.AddStream(new Member(name) { DeclaredLength = isPart ? -1 : size }, stream, Math.Max(1, input.Remaining));
        Report(stream.Faults, before);
        if (!isWhole)
            sink.AddNotScanned(new Member(name) { DeclaredLength = size }, NotScannedReason.MissingVolume, $"This is part {part}; the others are missing.");
        return true;
    }

    private void Report(IReadOnlyList<Fault> faults, long at)
    {
        foreach (var fault in faults)
            sink.AddFault(fault.Id, at, fault.Detail);
    }
}
