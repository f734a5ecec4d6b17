using System.Diagnostics;
using Perisai.Engine.Containers;
using static Perisai.Engine.Tests.Containers.Images.ImageSamples;

namespace Perisai.Engine.Tests.Containers.Images;

/// <summary>Images that are broken in many ways: the names that are measured, and that clamscan gives the same where it is installed.</summary>
public sealed class BrokenImageTests
{
    private static readonly byte[] _tiff = [.. "II*\0"u8, 8, 0, 0, 0];
    private static readonly (int Tag, int Type, uint Count, uint Value) _width = (256, 3, 1, 1);

    private static readonly Dictionary<string, (byte[] Image, string Expected)> _images = new()
    {
        ["whole.gif"] = (Gif, ""),
        ["label.gif"] = ([.. GifScreen, 0x55, .. GifImage, 0x3B], "GIF.UnknownBlockLabel"),
        ["screen.gif"] = (GifScreen[..9], "GIF.TruncatedScreenDescriptor"),
        ["colors.gif"] = (GifScreen[..15], "GIF.TruncatedGlobalColorTable"),
        ["noimage.gif"] = (GifScreen, "GIF.MissingImageData"),
        ["descriptor.gif"] = ([.. GifScreen, 0x2C, 0, 0, 0], "GIF.TruncatedImageDescriptor"),
        ["data.gif"] = ([.. GifScreen, .. GifImage[..^1]], "GIF.TruncatedImageDataBlock"),
        ["notrailer.gif"] = ([.. GifScreen, .. GifImage], ""),
        ["extension.gif"] = ([.. GifScreen, 0x21], "GIF.TruncatedExtension"),
        ["block.gif"] = ([.. GifScreen, 0x21, 0xFE, 0x80, 1, 2], "GIF.TruncatedExtensionSubBlock"),
        ["control.gif"] = ([.. GifScreen, 0x21, 0xF9, 4, 0, 0], "GIF.MissingImageData"),
        ["local.gif"] = ([.. GifScreen, 0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0x87, 0, 0], "GIF.TruncatedImageDataBlock"),
        ["whole.png"] = (Png([1, 2, 3]), ""),
        ["length.png"] = ([.. PngStart, 0x80, 0, 0, 1, .. "IDAT"u8, .. new byte[20]], "PNG.InvalidChunkLength"),
        ["chunk.png"] = ([.. PngStart, .. Chunk("IDAT", new byte[40])[..30]], "PNG.EOFReadingChunk"),
        ["type.png"] = ([.. PngStart, 0, 0, 0, 1, 65], "PNG.EOFReadingChunkType"),
        ["checksum.png"] = ([.. PngStart, .. Chunk("IDAT", new byte[40])[..^2]], "PNG.EOFReadingChunkCRC"),
        ["noend.png"] = ([.. PngStart, .. Chunk("IDAT", new byte[40])], ""),
        ["whole.jpg"] = (Jpeg, ""),
        ["size.jpg"] = ([.. JpegStart, .. Jfif, 0xFF, 0xDB, 0, 0, .. JpegEnd], "JPEG.InvalidSegmentSize"),
        ["outside.jpg"] = ([.. JpegStart, .. Jfif, 0xFF, 0xDB, 0xFF, 0xF0, .. JpegEnd], "JPEG.SegmentDataOutOfFile"),
        ["nosize.jpg"] = ([.. JpegStart, .. Jfif], "JPEG.CantReadSegmentSize"),
        ["twice.jpg"] = ([.. JpegStart, .. Jfif, .. Jfif, .. JpegEnd], "JPEG.JFIFdupAppMarker"),
        ["late.jpg"] = ([.. JpegStart, .. Segment(0xDB, new byte[65]), .. Jfif, .. JpegEnd], "JPEG.JFIFmarkerBadPosition"),
        ["short.jpg"] = ([.. JpegStart, .. Segment(0xE0, [.. "JFIF\0"u8, 1]), .. JpegEnd], "JPEG.JFIFheaderTooShort"),
        ["exif.jpg"] = ([.. JpegStart, .. Segment(0xE1, [.. "Exif\0\0MM\0*"u8]), .. JpegEnd], "JPEG.ExifHeaderTooShort"),
        ["exiftwice.jpg"] = ([.. JpegStart, .. Segment(0xE1, [.. "Exif\0\0MM\0*"u8, .. new byte[20]]), .. Segment(0xE1, [.. "Exif\0\0MM\0*"u8, .. new byte[20]]), .. JpegEnd],
            "JPEG.ExifDupAppMarker"),
        ["spiff.jpg"] = ([.. JpegStart, .. Segment(0xDB, new byte[65]), .. Segment(0xE8, [.. "SPIFF\0"u8, .. new byte[24]]), .. JpegEnd], "JPEG.SPIFFmarkerBadPosition"),
        ["whole.tif"] = ([.. _tiff, .. ImageSamples.Directory(0, _width)], ""),
        ["offset.tif"] = ([.. "II*\0"u8, 0, 0, 0, 0, .. ImageSamples.Directory(0, _width)], "TIFF.InvalidIFDOffset"),
        ["count.tif"] = ([.. _tiff, 1], "TIFF.EOFReadingNumIFDDirectoryEntries"),
        ["entry.tif"] = ([.. _tiff, 200, 0, .. new byte[24]], "TIFF.EOFReadingIFDEntry"),
        ["value.tif"] = ([.. _tiff, .. ImageSamples.Directory(0, (300, 4, 100, 99999), _width)], "TIFF.OutOfBoundsAccess"),
        ["back.tif"] = ([.. _tiff, .. ImageSamples.Directory(8, _width)], "TIFF.OutOfOrderIFDOffset"),
        ["next.tif"] = ([.. _tiff, .. ImageSamples.Directory(0, _width)[..^4]], "TIFF.EOFReadingChunkCRC"),
    };

    public static TheoryData<string> Names => [.. _images.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_broken_is_observed(string name)
    {
        var (image, expected) = _images[name];
        using var source = new MemoryByteSource(image);
        var sink = new RecordingSink();
        var reader = ContainerDispatcher.ReaderFor(ContainerDispatcher.Identify(source, sink.Budget));
        Assert.NotNull(reader);
        reader.Read(source, sink);
        sink.AssertClean();
        Assert.Equal(expected.Length == 0 ? [] : [Observations.BrokenImage + expected], sink.Observed);
    }

    [Fact]
    public void clamscan_says_the_same()
    {
        using var work = new WorkFolder();
        work.Write("db/none.hdb", "00000000000000000000000000000000:1:None\n"u8.ToArray());
        foreach (var (name, (image, _)) in _images)
            work.Write($"images/{name}", image);
        var start = new ProcessStartInfo("clamscan", ["-d", work.Path("db"), "--alert-broken-media", "--no-summary", "images"])
        {
            WorkingDirectory = work.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("clamscan is not installed.");
        }

        using (process)
        {
            process!.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var said = process.StandardOutput.ReadToEnd();
            foreach (var (name, (_, expected)) in _images)
                Assert.Contains($"/{name}: {(expected.Length == 0 ? "OK" : $"Heuristics.Broken.Media.{expected} FOUND")}\n", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_follows_an_image_and_compressed_texts_are_members()
    {
        byte[] more = [.. "behind the image"u8];
        foreach (var image in (byte[][])[Gif, Jpeg, Png(more)])
        {
            using var source = new MemoryByteSource((byte[])[.. image, .. more]);
            var sink = new RecordingSink();
            ContainerDispatcher.ReaderFor(ContainerDispatcher.Identify(source, sink.Budget))!.Read(source, sink);
            Assert.All(sink.Members, member => Assert.Equal(more, member.Content));
            Assert.Equal("trailing-data", sink.Members[^1].Name);
        }

        Assert.Equal(["Comment", "trailing-data"], Perisai.Engine.Containers.Images.PngReader.Instance.Read([.. Png(more), .. more]).Members.Select(member => member.Name));
    }
}
