using System.Text;

namespace Perisai.Engine.Containers.ShellLink;

/// <summary>Reads Windows shortcuts: the arguments of the command, and what stands behind the link's own data.</summary>
internal sealed class LnkReader : IContainerReader
{
    public static readonly LnkReader Instance = new();

    public const string Truncated = "lnk.truncated";

    private const int HeaderLength = 76;
    private const int HasTargets = 1;
    private const int HasLocation = 2;
    private const int FirstText = 4;
    private const int Arguments = 0x20;
    private const int LastText = 0x40;
    private const int IsWide = 0x80;

    public string Name => "lnk";

    public FormatDescription Description { get; } = new(
        "Windows shortcut (lnk)", "the command's arguments; what follows the link", "[MS-SHLLINK]");

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, 20);
        if (!reader.TryReadUInt32(out var flags) || !ReadParts(reader, flags, sink))
        {
            sink.AddLoss(Truncated, reader.Position);
            return;
        }

        if (!sink.ShouldStop && reader.Remaining > 0)
            sink.AddSlice(new Member("trailing-data"), source, reader.Position, reader.Remaining);
    }

    /// <summary>False where the link ends too early; otherwise the reader stands behind its last block.</summary>
    private static bool ReadParts(BoundedReader reader, uint flags, IMemberSink sink)
    {
        reader.Position = HeaderLength;
        if ((flags & HasTargets) != 0 && (!reader.TryReadUInt16(out var targets) || !reader.TrySkip(targets)))
            return false;
        // The length of the location counts itself.
        if ((flags & HasLocation) != 0 && (!reader.TryReadUInt32(out var location) || !reader.TrySkip(Math.Max(0, (long)location - 4))))
            return false;
        for (var text = FirstText; text <= LastText; text <<= 1)
        {
            if ((flags & text) == 0)
                continue;
            if (!reader.TryReadUInt16(out var count))
                return false;
            var length = (flags & IsWide) != 0 ? count * 2 : count;
            var start = reader.Position;
            if (!reader.TrySkip(length))
                return false;
            if (text == Arguments)
                AddArguments(reader, start, length, (flags & IsWide) != 0, sink);
        }

        while (!sink.ShouldStop && reader.TryReadUInt32(out var block))
        {
            if (block < 4)
                return true;
            if (!reader.TrySkip(block - 4))
                return false;
        }

        // The last block, which is empty, is left out by some programs.
        return reader.AtEnd;
    }

    private static void AddArguments(BoundedReader reader, long start, int length, bool isWide, IMemberSink sink)
    {
        if (length == 0)
            return;
        var member = new Member("arguments") { DeclaredType = FileType.Script };
        if (!isWide)
        {
            sink.AddSlice(member, reader.Source, start, length);
            return;
        }

        // UTF-16 without a mark would not be seen as text: it is handed on in UTF-8.
        var bytes = new byte[length];
        if (reader.Source.Read(start, bytes) != length)
            return;
        using var text = new MemoryByteSource(Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes)));
        sink.AddSlice(member, text, 0, text.Length);
    }
}
