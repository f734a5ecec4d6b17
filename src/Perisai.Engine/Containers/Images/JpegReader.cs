using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Images;

/// <summary>
/// Walks the segments of a JPEG up to its first scan. What is taken for broken is what clamscan takes for it; behind the scan the end of the
/// image is searched, and what follows it is a member.
/// </summary>
internal sealed class JpegReader : IContainerReader
{
    public static readonly JpegReader Instance = new();

    private const int ApplicationData = 0xE0;
    private const int StartOfScan = 0xDA;
    private const int Comment = 0xFE;

    public string Name => "jpeg";

    public FormatDescription Description { get; } = new(
        "JPEG", "its segments are checked; what follows the image", "ITU-T T.81, T.871 (JFIF), Exif 2.3")
    {
        Gaps = "thumbnails are matched as part of the file only",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var walk = new ImageWalk(source, sink);
        if (ReadSegments(walk) && FindEnd(walk.Reader, sink) is >= 0 and var end)
            walk.AddTrailing(end);
    }

    /// <summary>True where a scan was reached; the reader stands behind its header.</summary>
    private static bool ReadSegments(ImageWalk walk)
    {
        var reader = walk.Reader;
        // An image of less than a segment is no image.
        if (reader.Length <= 4)
            return false;
        reader.Position = 2;
        var seen = JpegMarkers.None;
        for (var segment = 0; !walk.ShouldStop; segment++)
        {
            if (!reader.TryReadByte(out var fill))
                return walk.Broken("JPEG.CantReadSegmentSize");
            if (fill != 0xFF && !reader.AtEnd)
                return false;
            byte marker = 0xFF;
            while (marker == 0xFF && reader.TryReadByte(out marker))
            {
            }

            var start = reader.Position;
            if (!reader.TryReadUInt16(out var size, bigEndian: true))
                return walk.Broken("JPEG.CantReadSegmentSize");
            if (marker == Comment && size < 2)
                return walk.Broken("JPEG.CommentExploit");
            if (size < 2)
                return walk.Broken("JPEG.InvalidSegmentSize");
            if (start + size > reader.Length)
                return walk.Broken("JPEG.SegmentDataOutOfFile");
            if (marker == StartOfScan)
            {
                reader.Position = start + size;
                return true;
            }

            if (!CheckApplication(walk, marker, size, segment, ref seen))
                return false;
            reader.Position = start + size;
        }

        return false;
    }

    /// <summary>The marks of JFIF, Exif and SPIFF stand once, and JFIF and SPIFF before all else.</summary>
    private static bool CheckApplication(ImageWalk walk, int marker, int size, int segment, ref JpegMarkers seen)
    {
        var content = walk.Reader.Peek(16);
        content = content[..Math.Min(content.Length, size - 2)];
        switch (marker - ApplicationData)
        {
            case 0 when content.StartsWith("JFIF\0"u8):
                if (content.Length < 14)
                    return walk.Broken("JPEG.JFIFheaderTooShort");
                if (seen.HasFlag(JpegMarkers.Jfif))
                    return walk.Broken("JPEG.JFIFdupAppMarker");
                if (segment > 0 && !seen.HasFlag(JpegMarkers.Exif))
                    return walk.Broken("JPEG.JFIFmarkerBadPosition");
                seen |= JpegMarkers.Jfif;
                break;
            case 1 when content.StartsWith("Exif\0\0"u8):
                if (size < 16)
                    return walk.Broken("JPEG.ExifHeaderTooShort");
                if (seen.HasFlag(JpegMarkers.Exif))
                    return walk.Broken("JPEG.ExifDupAppMarker");
                seen |= JpegMarkers.Exif;
                break;
            case 8 when content.StartsWith("SPIFF\0"u8):
                if (seen != JpegMarkers.None)
                    return walk.Broken("JPEG.SPIFFdupAppMarker");
                if (segment > 0)
                    return walk.Broken("JPEG.SPIFFmarkerBadPosition");
                seen |= JpegMarkers.Spiff;
                break;
        }

        return true;
    }

    /// <summary>The end behind the scans, where a marker cannot come about by chance; -1 where there is none.</summary>
    private static long FindEnd(BoundedReader reader, IMemberSink sink)
    {
        var at = reader.Position;
        while (!sink.ShouldStop)
        {
            at = reader.IndexOf([0xFF], at);
            reader.Position = at + 1;
            if (at < 0 || !reader.TryReadByte(out var marker))
                return -1;
            if (marker == 0xD9)
                return at + 2;
            // Data, a restart, or filling; all other markers have a length.
            if (marker is 0 or 0xFF or >= 0xD0 and <= 0xD8)
                at += marker == 0xFF ? 1 : 2;
            else if (reader.TryGetSpan(2, out var length))
                at += 2 + Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(length));
            else
                return -1;
        }

        return -1;
    }
}
