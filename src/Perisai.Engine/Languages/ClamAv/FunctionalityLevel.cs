using Perisai.Engine.Definitions.Hashes;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// ClamAV's functionality levels: numbers that grow with its versions, by which a line says for which of them it is meant. Ours is the level
/// of the version whose behaviour is followed.
/// </summary>
internal static class FunctionalityLevel
{
    /// <summary>ClamAV 1.4.</summary>
    public const int Current = 216;

    /// <summary>From which level on a digest may go without a size.</summary>
    public const int DigestWithoutSize = DigestLines.LevelForAnySize;

    /// <summary>Whether a range holds our level.</summary>
    public static bool Includes(int minimum, int maximum = int.MaxValue) => minimum <= Current && Current <= maximum;

    /// <summary>
    /// Reads a level as ClamAV does, with C's atoi: white space, a sign, digits, and whatever follows is passed over. No digits are 0.
    /// </summary>
    public static int Parse(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(" \t\n\v\f\r");
        var negative = text is ['-', ..];
        if (text is ['-' or '+', ..])
            text = text[1..];
        long value = 0;
        for (var i = 0; i < text.Length && char.IsAsciiDigit(text[i]) && value <= int.MaxValue; i++)
            value = (value * 10) + (text[i] - '0');
        value = Math.Min(value, int.MaxValue);
        return (int)(negative ? -value : value);
    }
}
