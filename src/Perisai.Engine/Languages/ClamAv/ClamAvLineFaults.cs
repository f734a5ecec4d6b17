namespace Perisai.Engine.Languages.ClamAv;

/// <summary>Ids of what can be wrong in a line of the digest and ignore databases.</summary>
internal static class ClamAvLineFaults
{
    /// <summary>Too few or too many fields.</summary>
    public const string FieldCount = "clamav.field-count";

    /// <summary>A digest that is not 32, 40 or 64 hexadecimal digits.</summary>
    public const string Digest = "clamav.digest";

    /// <summary>A size that is not a number from 1 to 4294967294.</summary>
    public const string Size = "clamav.size";

    /// <summary><c>*</c> for the size without the functionality level that allows it.</summary>
    public const string AnySizeLevel = "clamav.any-size-level";

    /// <summary>No name.</summary>
    public const string EmptyName = "clamav.empty-name";
}
