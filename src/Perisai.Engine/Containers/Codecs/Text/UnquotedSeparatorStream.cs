namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>
/// Text from an mbox mailbox as it was before: a line of <c>&gt;</c> and more of them and <c>From </c> loses the first one (mboxrd).
/// </summary>
internal sealed class UnquotedSeparatorStream(CodecInput input) : TextDecoderStream(input)
{
    /// <summary>More quotation marks than this are none.</summary>
    private const int Longest = 64;

    private bool _atLineStart = true;

    protected override void Produce()
    {
        if (!HasInput())
            return;
        BeginOutput();
        while (OutputEnd < Output.Length)
        {
            if (_atLineStart && IsQuoted())
                Input.Position++;
            var window = Input.Buffer.AsSpan(Input.Position, Math.Clamp(Input.Available, 0, Output.Length - OutputEnd));
            if (window.IsEmpty)
                return;
            // A line's end with a quotation mark behind it may be cut in two by the window.
            var at = window.IndexOf("\n>"u8);
            _atLineStart = at >= 0 || window[^1] == '\n';
            window = at >= 0 ? window[..(at + 1)] : window;
            window.CopyTo(Output.AsSpan(OutputEnd));
            OutputEnd += window.Length;
            Input.Position += window.Length;
        }
    }

    private bool IsQuoted()
    {
        var text = Input.Peek(Longest);
        var end = text.IndexOfAnyExcept((byte)'>');
        return end > 0 && text[end..].StartsWith("From "u8);
    }
}
