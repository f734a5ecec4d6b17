namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Hands on the file in an <c>Ole10Native</c> stream ([MS-OLEDS] 2.3.6): a length, and the object. Of a package the object is a label, the path
/// that the file had, some numbers, the path that it is to be unpacked to, and the file with its length.
/// </summary>
internal static class NativeObject
{
    /// <summary>A path of Windows has at most this many characters.</summary>
    private const int MaxPath = 1 << 15;

    public static bool Read(Ole2File file, Ole2Entry entry)
    {
        var source = file.Open(entry);
        var reader = new BoundedReader(source, file.Sink.Budget);
        if (!reader.TryReadUInt32(out _))
        {
            file.Sink.AddLoss(Ole2Faults.BadNativeObject, -1, entry.Path);
            return !file.Sink.ShouldStop;
        }

        if (TryReadPackage(reader, out var name, out var length))
        {
            if (length > reader.Remaining)
                file.Sink.AddLoss(Ole2Faults.BadNativeObject, -1, $"{entry.Path}: {reader.Remaining} of {length} bytes.");
            var member = new Member(name.Length > 0 ? name : $"{entry.Path}/package") { DeclaredLength = length };
            return OfficeContent.Add(file.Sink, member, source, reader.Position, Math.Min(length, reader.Remaining));
        }

        // Any other object is stored as its program likes it.
        return OfficeContent.Add(file.Sink, new($"{entry.Path}/object"), source, 4, source.Length - 4);
    }

    private static bool TryReadPackage(BoundedReader reader, out string name, out uint length)
    {
        var start = reader.Position;
        length = 0;
        if (TryReadText(reader, 2, out name) && TryReadText(reader, 0, out _) && reader.TrySkip(4) && reader.TryReadUInt32(out var pathLength)
            && reader.TrySkip(Math.Min(pathLength, MaxPath)) && reader.TryReadUInt32(out length) && length > 0)
        {
            return true;
        }

        // Some writers get the path's length wrong, but never its end.
        reader.Position = start;
        if (TryReadText(reader, 2, out name) && TryReadText(reader, 0, out _) && TryReadText(reader, 8, out _) && reader.TryReadUInt32(out length)
            && length > 0 && length <= reader.Remaining)
        {
            return true;
        }

        reader.Position = start;
        return false;
    }

    /// <summary>A text up to its zero, behind some bytes.</summary>
    private static bool TryReadText(BoundedReader reader, int skip, out string text)
    {
        text = "";
        if (!reader.TrySkip(skip))
            return false;
        var end = reader.IndexOf([0], reader.Position, reader.Position + MaxPath);
        if (end < 0 || !reader.TryGetSpan((int)(end - reader.Position) + 1, out var bytes))
            return false;
        text = MemberName.Decode(bytes);
        return true;
    }
}
