namespace Perisai.Engine.Matching.Regex;

/// <summary>An expression that cannot be compiled. Matching never throws it.</summary>
internal sealed class ByteRegexException : Exception
{
    public ByteRegexException(string message, int position, bool isUnsupported = false)
        : base(message)
    {
        Position = position;
        IsUnsupported = isUnsupported;
    }

    /// <summary>The index in the expression at which the fault was seen, from 0 to its length.</summary>
    public int Position { get; }

    /// <summary>
    /// True where PCRE2 knows the construct and this engine does not (the message names it); false where the expression is wrong.
    /// </summary>
    public bool IsUnsupported { get; }
}
