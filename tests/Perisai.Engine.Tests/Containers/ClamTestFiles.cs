namespace Perisai.Engine.Tests.Containers;

/// <summary>ClamAV's harmless test files, of Debian's package clamav-testfiles: each holds clam.exe, of 544 bytes.</summary>
internal static class ClamTestFiles
{
    private const string Folder = "/usr/share/clamav-testfiles";

    /// <summary>The bytes of one; skips the test where the package is not installed.</summary>
    public static byte[] Read(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.SkipUnless(File.Exists(path), "ClamAV's test files are not installed.");
        return File.ReadAllBytes(path);
    }
}
