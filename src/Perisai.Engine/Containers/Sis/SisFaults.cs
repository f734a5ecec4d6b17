namespace Perisai.Engine.Containers.Sis;

/// <summary>What can be wrong with a Symbian installation file.</summary>
internal static class SisFaults
{
    public const string TruncatedHeader = "sis.truncated-header";
    public const string BadRecord = "sis.bad-record";
    public const string Truncated = "sis.truncated";
    public const string LengthMismatch = "sis.length-mismatch";
}
