namespace Perisai.Engine.Containers.InstallShield;

/// <summary>What can be wrong with InstallShield's formats.</summary>
internal static class InstallShieldFaults
{
    public const string BadEntry = "ishield.bad-entry";
    public const string Truncated = "ishield.truncated";
    public const string LengthMismatch = "ishield.length-mismatch";
    public const string TrailingData = "ishield.trailing-data";
    public const string BadHeader = "iscab.bad-header";
    public const string BadFile = "iscab.bad-file";
    public const string CabTruncated = "iscab.truncated";
    public const string CabLengthMismatch = "iscab.length-mismatch";
}
