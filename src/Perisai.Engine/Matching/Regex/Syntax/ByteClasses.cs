namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>
/// The named sets of PCRE2 in its built-in "C" tables: only ASCII has letters, digits and case. <c>\h</c>, <c>\v</c> and <c>\R</c>
/// know the two Latin-1 values that PCRE2 gives them.
/// </summary>
internal static class ByteClasses
{
    public const byte Newline = (byte)'\n';

    public static readonly ByteSet Digit = ByteSet.Range((byte)'0', (byte)'9');
    public static readonly ByteSet Lower = ByteSet.Range((byte)'a', (byte)'z');
    public static readonly ByteSet Upper = ByteSet.Range((byte)'A', (byte)'Z');
    public static readonly ByteSet Alpha = Lower | Upper;
    public static readonly ByteSet Word = Alpha | Digit | ByteSet.Of((byte)'_');
    public static readonly ByteSet Space = ByteSet.Range(9, 13) | ByteSet.Of((byte)' ');
    public static readonly ByteSet HorizontalSpace = ByteSet.Of([0x09, 0x20, 0xA0]);
    public static readonly ByteSet VerticalSpace = ByteSet.Range(10, 13) | ByteSet.Of(0x85);
    public static readonly ByteSet NotNewline = ~ByteSet.Of(Newline);

    private static readonly ByteSet Graph = ByteSet.Range(33, 126);

    /// <summary>The set behind a POSIX class name such as <c>alpha</c>; false where there is no such name.</summary>
    public static bool TryGetPosix(ReadOnlySpan<char> name, out ByteSet set)
    {
        (var known, set) = name switch
        {
            "alpha" => (true, Alpha),
            "lower" => (true, Lower),
            "upper" => (true, Upper),
            "alnum" => (true, Alpha | Digit),
            "ascii" => (true, ByteSet.Range(0, 127)),
            "blank" => (true, ByteSet.Of("\t "u8)),
            "cntrl" => (true, ByteSet.Range(0, 31) | ByteSet.Of(127)),
            "digit" => (true, Digit),
            "graph" => (true, Graph),
            "print" => (true, Graph | ByteSet.Of((byte)' ')),
            "punct" => (true, Graph & ~(Alpha | Digit)),
            "space" => (true, Space),
            "word" => (true, Word),
            "xdigit" => (true, Digit | ByteSet.Range((byte)'a', (byte)'f') | ByteSet.Range((byte)'A', (byte)'F')),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>The set behind <c>\d \D \w \W \s \S \h \H \v \V</c>; false for another letter.</summary>
    public static bool TryGetEscape(char letter, out ByteSet set)
    {
        (var known, set) = letter switch
        {
            'd' => (true, Digit),
            'D' => (true, ~Digit),
            'w' => (true, Word),
            'W' => (true, ~Word),
            's' => (true, Space),
            'S' => (true, ~Space),
            'h' => (true, HorizontalSpace),
            'H' => (true, ~HorizontalSpace),
            'v' => (true, VerticalSpace),
            'V' => (true, ~VerticalSpace),
            _ => (false, default),
        };
        return known;
    }
}
