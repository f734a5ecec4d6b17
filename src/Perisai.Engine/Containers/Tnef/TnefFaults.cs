namespace Perisai.Engine.Containers.Tnef;

/// <summary>What can be wrong with a TNEF stream.</summary>
internal static class TnefFaults
{
    public const string NoSignature = "tnef.no-signature";
    public const string BadAttribute = "tnef.bad-attribute";
    public const string TruncatedAttribute = "tnef.truncated-attribute";
    public const string TrailingData = "tnef.trailing-data";
    public const string WrongChecksum = "tnef.wrong-checksum";
    public const string BadProperties = "tnef.bad-properties";
    public const string TooManyDataAttributes = "tnef.too-many-data-attributes";
    public const string WrongBodyChecksum = "tnef.wrong-body-checksum";
    public const string BadBody = "tnef.bad-compressed-body";
}
