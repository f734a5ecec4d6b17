namespace Perisai.Engine.Containers.Oci;

/// <summary>What can be wrong with the archive of a container image. It is a tar archive, whose reader reports it.</summary>
internal static class ImageFaults
{
    public const string BadManifest = "tar.bad-image-manifest";
    public const string MissingManifest = "tar.missing-image-manifest";
}
