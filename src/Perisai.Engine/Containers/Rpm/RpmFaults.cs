namespace Perisai.Engine.Containers.Rpm;

/// <summary>What can be wrong with an RPM package.</summary>
internal static class RpmFaults
{
    public const string TruncatedHeader = "rpm.truncated-header";
    public const string BadHeader = "rpm.bad-header";
    public const string NoPayload = "rpm.no-payload";
}
