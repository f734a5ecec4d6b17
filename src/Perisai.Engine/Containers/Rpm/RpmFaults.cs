namespace Perisai.Engine.Containers.Rpm;

/// <summary>What can be wrong with an RPM package.</summary>
internal static class RpmFaults
{
    public const string TruncatedHeader = "rpm.truncated-header";
    public const string BadHeader = "rpm.bad-header";
    public const string NoPayload = "rpm.no-payload";

    /// <summary>The payload begins like nothing that packages hold: its first bytes were changed, or the headers end elsewhere.</summary>
    public const string UnknownPayload = "rpm.unknown-payload";
}
