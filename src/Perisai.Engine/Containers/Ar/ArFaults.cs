namespace Perisai.Engine.Containers.Ar;

/// <summary>What can be wrong with an ar archive.</summary>
internal static class ArFaults
{
    public const string BadHeader = "ar.bad-header";
    public const string TruncatedHeader = "ar.truncated-header";
    public const string TruncatedMember = "ar.truncated-member";
    public const string BadLongName = "ar.bad-long-name";
}
