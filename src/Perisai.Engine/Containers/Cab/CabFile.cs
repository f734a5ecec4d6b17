using System.Text;

namespace Perisai.Engine.Containers.Cab;

/// <summary>A file (CFFILE): a range of what its folder decompresses to.</summary>
internal sealed record CabFile(string Name, long Start, long Length, ushort FolderNumber)
{
    private const int Utf8NameAttribute = 0x80;

    public long End => Start + Length;

    public bool FromPrevious => FolderNumber is CabFormat.ContinuedFromPrevious or CabFormat.ContinuedOnBothSides;

    public bool ToNext => FolderNumber is CabFormat.ContinuedToNext or CabFormat.ContinuedOnBothSides;

    /// <summary>The number of its folder in this cabinet: what comes from the previous one is in the first, what goes on in the last.</summary>
    public int FolderIn(int folders) => FromPrevious ? 0 : ToNext ? folders - 1 : FolderNumber;

    public static CabFile? TryRead(BoundedReader reader)
    {
        if (!reader.TryReadUInt32(out var length) || !reader.TryReadUInt32(out var start) || !reader.TryReadUInt16(out var folder)
            || !reader.TrySkip(4) || !reader.TryReadUInt16(out var attributes) || !TryReadName(reader, out var stored))
            return null;
        // The attribute is forgotten by some programs, and set by none whose names are not UTF-8.
        var name = (attributes & Utf8NameAttribute) != 0 ? Encoding.UTF8.GetString(stored) : MemberName.Decode(stored);
        return new(name.Replace('\\', '/'), start, length, folder);
    }

    /// <summary>Reads up to a NUL. A name without an end within <see cref="CabFormat.MaxName"/> is damage.</summary>
    public static bool TryReadName(BoundedReader reader, out byte[] name)
    {
        name = [];
        if (!reader.TryPeekSpan((int)Math.Min(CabFormat.MaxName, reader.Remaining), out var span))
            return false;
        var end = span.IndexOf((byte)0);
        if (end < 0)
            return false;
        name = span[..end].ToArray();
        return reader.TrySkip(end + 1);
    }
}
