namespace Perisai.Engine.Containers.Rtf;

/// <summary>Hands on collected data. An object has the form of OLE 1 ([MS-OLEDS] 2.2): a header, and what the program of its class wrote.</summary>
internal sealed class RtfObjects(IMemberSink sink)
{
    private const int LongestText = 4096;
    private const uint Linked = 1;

    private int _count;

    /// <summary>The mark of OLE2, which many write without a proper header around it.</summary>
    private static ReadOnlySpan<byte> CompoundFile => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    public void Add(RtfDestination destination, ByteSource content)
    {
        _count++;
        if (destination == RtfDestination.Object)
            AddObject(content);
        else
            sink.AddSlice(new Member($"{(destination == RtfDestination.Picture ? "picture" : "datastore")} {_count}"), content, 0, content.Length);
    }

    private void AddObject(ByteSource content)
    {
        var reader = new BoundedReader(content, sink.Budget);
        if (!TryReadHeader(reader, out var className, out var length))
        {
            // Whatever it is, it is handed on whole, and from where a compound file begins.
            sink.AddFault(RtfFaults.BadObject, -1);
            sink.AddSlice(new Member($"object {_count}"), content, 0, content.Length);
            var mark = reader.IndexOf(CompoundFile, 1);
            if (mark > 0)
                sink.AddSlice(new Member($"object {_count} ole2"), content, mark, content.Length - mark);
            return;
        }

        var start = reader.Position;
        if (length > content.Length - start)
        {
            sink.AddLoss(RtfFaults.TruncatedObject, start, $"{content.Length - start} of {length} bytes");
            length = content.Length - start;
        }

        sink.AddSlice(new Member($"object {_count} {className}".TrimEnd()), content, start, length);
        if (!IsCompoundFile(reader, start))
        {
            AddPackage(content, start, length);
            var mark = reader.IndexOf(CompoundFile, start, start + length);
            if (mark > start)
                sink.AddSlice(new Member($"object {_count} ole2"), content, mark, start + length - mark);
        }

        if (start + length < content.Length)
            sink.AddSlice(new Member($"object {_count} presentation"), content, start + length, content.Length - start - length);
    }

    private static bool TryReadHeader(BoundedReader reader, out string className, out long length)
    {
        className = "";
        length = 0;
        // The version is not looked at by the program that reads it either.
        if (!reader.TryReadUInt32(out _) || !reader.TryReadUInt32(out var kind) || kind > 5 || kind == Linked)
            return false;
        if (!TryReadText(reader, out className) || !TryReadText(reader, out _) || !TryReadText(reader, out _) || !reader.TryReadUInt32(out var stored))
            return false;
        length = stored;
        return true;
    }

    private static bool TryReadText(BoundedReader reader, out string text)
    {
        text = "";
        if (!reader.TryReadUInt32(out var length) || length > LongestText || !reader.TryGetSpan((int)length, out var stored))
            return false;
        text = MemberName.Decode(stored);
        return true;
    }

    private static bool IsCompoundFile(BoundedReader reader, long at)
    {
        reader.Position = at;
        return reader.TryPeekSpan(8, out var mark) && mark.SequenceEqual(CompoundFile);
    }

    /// <summary>The packager's data: a file with its label, its path, and the path of the copy it was made from ([MS-OLEDS] 2.3.6).</summary>
    private void AddPackage(ByteSource content, long start, long length)
    {
        var package = new SliceByteSource(content, start, length);
        var reader = new BoundedReader(package, sink.Budget);
        if (!reader.TryReadUInt16(out var mark) || mark != 2 || !TryReadName(reader, out var label) || !TryReadName(reader, out var path)
            || !reader.TryReadUInt32(out var kind) || kind >> 16 is not (1 or 3) || !reader.TryReadUInt32(out var copy) || !reader.TrySkip(copy)
            || !reader.TryReadUInt32(out var size))
            return;
        if (size > reader.Remaining)
            sink.AddLoss(RtfFaults.TruncatedObject, reader.Position, $"{reader.Remaining} of {size} bytes");
        sink.AddSlice(new Member(label.Length > 0 ? label : path) { DeclaredLength = size }, package, reader.Position, Math.Min(size, reader.Remaining));
    }

    private static bool TryReadName(BoundedReader reader, out string name)
    {
        var end = reader.IndexOf([0], reader.Position, reader.Position + LongestText);
        name = "";
        if (end < 0 || !reader.TryGetSpan((int)(end - reader.Position), out var stored))
            return false;
        name = MemberName.Decode(stored);
        return reader.TrySkip(1);
    }
}
