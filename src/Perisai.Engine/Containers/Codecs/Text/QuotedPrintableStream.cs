namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>
/// Decodes quoted-printable (RFC 2045, section 6.7). Where two hexadecimal digits do not follow an equals sign, it stands for itself;
/// blanks between it and the line's end are no data. Line ends stay as they are.
/// </summary>
internal sealed class QuotedPrintableStream(CodecInput input) : TextDecoderStream(input)
{
    /// <summary>Blanks that may stand between the equals sign of a soft line break and the line's end.</summary>
    private const int LongestBlank = 250;

    private bool _hasBadDigits;

    /// <summary>Whether an equals sign stood before something else than digits or a line's end.</summary>
    public bool HasBadDigits => _hasBadDigits;

    protected override void Produce()
    {
        if (!HasInput())
            return;
        BeginOutput();
        while (OutputEnd < Output.Length)
        {
            var window = Input.Buffer.AsSpan(Input.Position, Math.Min(Input.Available, Output.Length - OutputEnd));
            if (window.IsEmpty)
                return;
            var at = window.IndexOf((byte)'=');
            var plain = at < 0 ? window : window[..at];
            plain.CopyTo(Output.AsSpan(OutputEnd));
            OutputEnd += plain.Length;
            Input.Position += plain.Length;
            if (at >= 0 && OutputEnd < Output.Length)
                DecodeEscape();
        }
    }

    /// <summary>Decodes what the equals sign at the position begins.</summary>
    private void DecodeEscape()
    {
        if (Input.Available < LongestBlank + 4 && !Input.Complete)
            Input.Ensure(LongestBlank + 4);

        var rest = Input.Buffer.AsSpan(Input.Position + 1, Math.Max(0, Input.Available - 1));
        if (rest.Length >= 2 && Digit(rest[0]) is var high && high < 16 && Digit(rest[1]) is var low && low < 16)
        {
            Output[OutputEnd++] = (byte)(high << 4 | low);
            Input.Position += 3;
            return;
        }

        if (!rest.IsEmpty && rest[0] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            _hasBadDigits = true;
            Output[OutputEnd++] = (byte)'=';
            Input.Position++;
            return;
        }

        var blank = rest[..Math.Min(rest.Length, LongestBlank)].IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (blank >= 0 && rest[blank..] is var end && (end[0] == '\n' || end is [(byte)'\r', (byte)'\n', ..]))
        {
            Input.Position += 1 + blank + (end[0] == '\n' ? 1 : 2);
            return;
        }

        if (rest.Length > 0)
        {
            _hasBadDigits = true;
            Output[OutputEnd++] = (byte)'=';
        }

        Input.Position++;
    }

    private static int Digit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        _ => 16,
    };
}
