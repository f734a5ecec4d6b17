namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Splits at a delimiter as ClamAV splits logical signatures: between two slashes nothing is split, for a regular expression may stand there.
/// A slash behind a backslash counts as part of the expression.
/// </summary>
internal static class RegexAwareSplitter
{
    /// <param name="text">The text.</param>
    /// <param name="delimiter">The delimiter.</param>
    /// <param name="plainFields">So many fields at the start are split without regard to slashes.</param>
    /// <param name="fields">The fields; what is too many stays in the last.</param>
    /// <returns>How many there are.</returns>
    public static int Split(ReadOnlySpan<char> text, char delimiter, int plainFields, Span<Range> fields)
    {
        var count = 0;
        var start = 0;
        var within = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '/' && count >= plainFields && (i == 0 || text[i - 1] != '\\'))
            {
                within = !within;
            }
            else if (text[i] == delimiter && !within && count + 1 < fields.Length)
            {
                fields[count++] = start..i;
                start = i + 1;
            }
        }

        fields[count++] = start..text.Length;
        return count;
    }
}
