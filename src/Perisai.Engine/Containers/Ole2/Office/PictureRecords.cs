namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Hands on the pictures in a stream of Office's drawing records ([MS-ODRAW] 2.2.23): bitmaps as they are, metafiles decompressed.
/// </summary>
internal static class PictureRecords
{
    private const int HeaderLength = 8;
    private const int IdentifierLength = 16;

    /// <summary>Lengths and bounds before the data of a metafile.</summary>
    private const int MetafileHeaderLength = 34;

    private const byte NotCompressed = 0xFE;

    /// <param name="sink">Where they go.</param>
    /// <param name="source">The stream.</param>
    /// <param name="path">The stream's path, with which names begin.</param>
    public static bool Read(IMemberSink sink, ByteSource source, string path)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var count = 0;
        while (reader.Remaining >= HeaderLength && !sink.ShouldStop)
        {
            var at = reader.Position;
            reader.TryReadUInt16(out var version);
            reader.TryReadUInt16(out var type);
            if (!reader.TryReadUInt32(out var length))
                break;
            var end = reader.Position + Math.Min(length, reader.Remaining);
            if (type is >= 0xF018 and <= 0xF117 && !Add(sink, reader, source, version >> 4, type, $"{path}/picture-{++count}", end))
                return false;
            reader.Position = at + HeaderLength;
            if (!reader.TrySkip(length))
            {
                sink.AddLoss(Ole2Faults.BadPictureRecord, at, $"A record of {length} bytes is longer than what is left.");
                break;
            }
        }

        return !sink.ShouldStop;
    }

    private static bool Add(IMemberSink sink, BoundedReader reader, ByteSource source, int instance, int type, string name, long end)
    {
        // An odd instance has a second identifier.
        var isMetafile = type is >= 0xF01A and <= 0xF01C;
        if (!reader.TrySkip(IdentifierLength * (1 + (instance & 1)) + (isMetafile ? 0 : 1)))
            return !sink.ShouldStop;
        if (!isMetafile)
            return OfficeContent.Add(sink, new(name), source, reader.Position, end - reader.Position);
        if (!reader.TryGetSpan(MetafileHeaderLength, out var header))
            return !sink.ShouldStop;
        return header[32] == NotCompressed
            ? OfficeContent.Add(sink, new(name), source, reader.Position, end - reader.Position)
            : OfficeContent.AddZlib(sink, new(name), source, reader.Position, end - reader.Position);
    }
}
