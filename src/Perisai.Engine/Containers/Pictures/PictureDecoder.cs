using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Pictures.Bmp;
using Perisai.Engine.Containers.Pictures.Gif;
using Perisai.Engine.Containers.Pictures.Jpeg;
using Perisai.Engine.Containers.Pictures.Png;
using Perisai.Engine.Containers.Pictures.Tiff;

namespace Perisai.Engine.Containers.Pictures;

/// <summary>Decodes the pictures that ClamAV takes a perceptual hash of, as far as their brightness goes; of an animation the first picture.</summary>
internal static class PictureDecoder
{
    public static bool Decodes(FileType type) => type is FileType.Png or FileType.Jpeg or FileType.Gif or FileType.Bmp or FileType.Tiff;

    /// <summary>The hash; null where the picture cannot be decoded, with the reason.</summary>
    public static ulong? Hash(FileType type, ByteSource source, ScanBudget budget, out Fault? fault)
    {
        fault = null;
        try
        {
            using var picture = Decode(type, source, budget);
            return PerceptualHash.Of(picture, budget);
        }
        catch (CodecException exception)
        {
            fault = PictureFaults.Of(exception);
            return null;
        }
    }

    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public static LumaPicture Decode(FileType type, ByteSource source, ScanBudget budget) => type switch
    {
        FileType.Bmp => BmpDecoder.Decode(source, budget),
        FileType.Gif => GifDecoder.Decode(source, budget),
        FileType.Jpeg => JpegDecoder.Decode(source, budget),
        FileType.Tiff => TiffDecoder.Decode(source, budget),
        _ => PngDecoder.Decode(source, budget),
    };
}
