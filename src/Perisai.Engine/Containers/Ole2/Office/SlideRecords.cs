namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Goes through the records of a presentation ([MS-PPT] 2.3.1) for embedded objects and macro projects, which are compound files, compressed or
/// not. A record that holds records is gone into by passing over its header alone.
/// </summary>
internal static class SlideRecords
{
    private const int HeaderLength = 8;
    private const int ObjectStorage = 0x1011;

    /// <summary>It says that it holds records, and holds the description of the encryption.</summary>
    private const int CryptSession = 0x2F14;

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
            if ((version & 15) == 15 && type != CryptSession)
                continue;
            if (type == ObjectStorage && !AddObject(sink, version >> 4, $"{path}/object-{++count}", source, reader.Position, Math.Min(length, reader.Remaining)))
                return false;
            if (!reader.TrySkip(length))
            {
                sink.AddLoss(Ole2Faults.BadSlideRecord, at, $"A record of {length} bytes is longer than what is left.");
                break;
            }
        }

        return !sink.ShouldStop;
    }

    private static bool AddObject(IMemberSink sink, int instance, string name, ByteSource source, long offset, long length)
    {
        // Compressed ones begin with the length that they will have.
        return instance == 1
            ? OfficeContent.AddZlib(sink, new(name), source, offset + 4, length - 4) : OfficeContent.Add(sink, new(name), source, offset, length);
    }
}
