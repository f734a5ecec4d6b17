namespace Perisai.Engine.Containers.Images;

/// <summary>The kinds of application data that a JPEG began with.</summary>
[Flags]
internal enum JpegMarkers : byte
{
    None,
    Jfif = 1,
    Exif = 2,
    Spiff = 4,
}
