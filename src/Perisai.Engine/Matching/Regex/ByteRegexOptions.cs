namespace Perisai.Engine.Matching.Regex;

/// <summary>Options of a whole expression. The letters are those that ClamAV writes after a PCRE subsignature.</summary>
[Flags]
internal enum ByteRegexOptions
{
    None = 0,

    /// <summary><c>i</c>: ASCII letters match in either case.</summary>
    Caseless = 1 << 0,

    /// <summary><c>s</c>: the dot matches a newline too.</summary>
    DotAll = 1 << 1,

    /// <summary><c>m</c>: <c>^</c> and <c>$</c> match at every line.</summary>
    Multiline = 1 << 2,

    /// <summary><c>x</c>: white space and comments in the expression mean nothing.</summary>
    Extended = 1 << 3,

    /// <summary><c>A</c>: a match starts where the search starts, or not at all.</summary>
    Anchored = 1 << 4,

    /// <summary><c>E</c>: <c>$</c> matches at the very end only, not before a last newline. No effect with <see cref="Multiline"/>.</summary>
    DollarEndOnly = 1 << 5,

    /// <summary><c>U</c>: quantifiers are lazy, and a following <c>?</c> makes them greedy.</summary>
    Ungreedy = 1 << 6,
}
