namespace Perisai.Engine.Containers.Codecs.Xz;

/// <summary>What can be wrong with an xz file without keeping it from being decoded.</summary>
internal static class XzFaults
{
    public const string HeaderChecksum = "xz.header-checksum";
    public const string ContentChecksum = "xz.content-checksum";
    public const string WrongLength = "xz.wrong-length";
    public const string BadIndex = "xz.bad-index";
    public const string BadFooter = "xz.bad-footer";
}
