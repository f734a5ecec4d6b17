using Perisai.Engine.Containers.Tar;

namespace Perisai.Engine.Containers.Oci;

/// <summary>
/// Where the entries of an archive lie, found by going from header to header. It is only made where the first entry looks like that of an image, so
/// that other archives pay for one look at a name.
/// </summary>
internal sealed class ImageEntries
{
    private const int MaxEntries = 100_000;

    /// <summary>Names with their directories that image archives begin with; old ones begin with the number of a layer in 64 digits.</summary>
    private static readonly string[] _firstNames = ["blobs/", "oci-layout", "index.json", "manifest.json", "repositories", "sha256:"];

    private readonly Dictionary<string, (long Offset, long Length, string Target)> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads the places of all entries; null where the archive does not begin as those of images do.</summary>
    public static ImageEntries? TryRead(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan(TarHeader.Length, out var first) || !MayBegin(new TarHeader(first).Name))
            return null;
        var entries = new ImageEntries();
        Span<byte> block = stackalloc byte[TarHeader.Length];
        while (!sink.ShouldStop && entries._entries.Count < MaxEntries && source.Read(reader.Position, block) == block.Length)
        {
            sink.Budget.ChargeRead(block.Length);
            var header = new TarHeader(block);
            if (header.IsZero || !header.HasValidChecksum || !header.TryGetSize(out var size))
                break;
            var start = reader.Position + TarHeader.Length;
            var isLink = header.Type is (byte)'1' or (byte)'2';
            if (isLink || header.Type is 0 or (byte)'0')
                entries._entries[Clean(header.Name)] = (start, size, isLink ? MemberName.Decode(block.Slice(157, 100)) : "");
            var next = start + (isLink ? 0 : (size + TarHeader.Length - 1) / TarHeader.Length * TarHeader.Length);
            if (size > source.Length || next > source.Length)
                break;
            reader.Position = next;
        }

        return entries;
    }

    /// <summary>The place of an entry, or of what it links to.</summary>
    public bool TryFind(string name, out long offset, out long length)
    {
        name = Clean(name);
        for (var links = 0; links < 4; links++)
        {
            if (!_entries.TryGetValue(name, out var entry))
                break;
            (offset, length) = (entry.Offset, entry.Length);
            if (entry.Target.Length == 0)
                return true;
            // Symbolic links count from their folder, hard ones from the root: whichever is there.
            var folder = name.LastIndexOf('/');
            var beside = Clean(folder < 0 ? entry.Target : $"{name[..folder]}/{entry.Target}");
            name = _entries.ContainsKey(beside) ? beside : Clean(entry.Target);
        }

        (offset, length) = (0, 0);
        return false;
    }

    private static bool MayBegin(string name)
    {
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return name.Length == 0 || Array.Exists(_firstNames, first => name.StartsWith(first, StringComparison.Ordinal))
            || name.Length >= 64 && name.AsSpan(0, 64).IndexOfAnyExcept("0123456789abcdef") < 0;
    }

    /// <summary>A path without steps that lead nowhere.</summary>
    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part.Length > 0 && part is not ("." or ".."))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
