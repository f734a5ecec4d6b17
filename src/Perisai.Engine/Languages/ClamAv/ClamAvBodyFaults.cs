namespace Perisai.Engine.Languages.ClamAv;

/// <summary>Ids of what can be wrong in a line of the body and logical databases.</summary>
internal static class ClamAvBodyFaults
{
    /// <summary>A target type that is not a number.</summary>
    public const string Target = "clamav.target";

    /// <summary>A functionality level that is not a number.</summary>
    public const string Level = "clamav.level";

    /// <summary>An offset of no known form, or of a form that the target does not have.</summary>
    public const string Offset = "clamav.offset";

    /// <summary>Something that is neither a hexadecimal digit nor a wildcard.</summary>
    public const string HexDigit = "clamav.hex-digit";

    /// <summary>Half a byte.</summary>
    public const string HexOdd = "clamav.hex-odd-digit";

    /// <summary>A gap, {…} or *, that is malformed or stands where none may.</summary>
    public const string Gap = "clamav.gap";

    /// <summary>A gap to a single byte, […], that is malformed or stands where none may.</summary>
    public const string ByteGap = "clamav.byte-gap";

    /// <summary>A parenthesis without its other one, or nothing between two.</summary>
    public const string Parenthesis = "clamav.parenthesis";

    /// <summary>A negation of alternatives that are not of one fixed length.</summary>
    public const string Negation = "clamav.negation";

    /// <summary>A part without two fixed bytes in a row.</summary>
    public const string FixedBytes = "clamav.fixed-bytes";

    /// <summary>A target description that cannot be read.</summary>
    public const string Description = "clamav.target-description";

    /// <summary>A logical expression that cannot be read.</summary>
    public const string Expression = "clamav.expression";

    /// <summary>Not as many subsignatures as the expression names, or more than 64.</summary>
    public const string SubsignatureCount = "clamav.subsignature-count";

    /// <summary>A subsignature with too many fields, or none.</summary>
    public const string SubsignatureFields = "clamav.subsignature-fields";

    /// <summary>An unknown modifier after ::.</summary>
    public const string Modifier = "clamav.modifier";

    /// <summary>A regular expression without a trigger, with a bad one, or that does not compile.</summary>
    public const string Regex = "clamav.regex";

    /// <summary>A byte comparison that cannot be read.</summary>
    public const string ByteCompare = "clamav.byte-compare";

    /// <summary>A macro subsignature that cannot be read.</summary>
    public const string Macro = "clamav.macro";

    /// <summary>A perceptual hash of a picture that cannot be read.</summary>
    public const string Picture = "clamav.fuzzy-image";

    /// <summary>An icon that cannot be read.</summary>
    public const string Icon = "clamav.icon";
}
