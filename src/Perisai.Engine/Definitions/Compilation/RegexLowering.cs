using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>From the intermediate representation's regular expressions to the matcher's.</summary>
internal static class RegexLowering
{
    /// <summary>The engine's options. A fixed offset that is no search start (r) and has no shift means that the match begins there.</summary>
    public static ByteRegexOptions Options(RegexFlags flags, OffsetConstraint offset)
    {
        var options = ByteRegexOptions.None;
        if (flags.HasFlag(RegexFlags.CaseInsensitive))
            options |= ByteRegexOptions.Caseless;
        if (flags.HasFlag(RegexFlags.DotAll))
            options |= ByteRegexOptions.DotAll;
        if (flags.HasFlag(RegexFlags.Multiline))
            options |= ByteRegexOptions.Multiline;
        if (flags.HasFlag(RegexFlags.Extended))
            options |= ByteRegexOptions.Extended;
        if (flags.HasFlag(RegexFlags.DollarEndOnly))
            options |= ByteRegexOptions.DollarEndOnly;
        if (flags.HasFlag(RegexFlags.Ungreedy))
            options |= ByteRegexOptions.Ungreedy;
        var fixedPlace = offset is { Kind: not OffsetKind.Anywhere, MaximumShift: 0 } && !flags.HasFlag(RegexFlags.Rolling);
        return fixedPlace || flags.HasFlag(RegexFlags.Anchored) ? options | ByteRegexOptions.Anchored : options;
    }

    /// <summary>Why an expression cannot be used; null where it can.</summary>
    public static string? Check(RegexPattern regex)
    {
        try
        {
            ByteRegex.Compile(regex.Expression, Options(regex.Flags, regex.Offset));
            return null;
        }
        catch (ByteRegexException exception)
        {
            return $"regular expression: {exception.Message}";
        }
    }
}
