namespace Perisai.Engine.Containers.Appended;

/// <summary>
/// Finds archives and programs within data that is no container itself, and in programs: behind the stub of a self-extracting program, in an
/// installer's resources, in a picture that is an archive at the same time. A mark is believed only where a whole header stands behind it; then the
/// archive, as far as its own headers say that it reaches, is a member. Marks within something that was handed on are that member's business.
/// </summary>
/// <param name="marks">Marks that were found before, in the order of their offsets; null where the reader is to search.</param>
/// <param name="isCut">There may be more marks behind the last one.</param>
/// <param name="handed">What another reader has handed on; null for nothing.</param>
internal sealed class AppendedReader(IReadOnlyList<ArchiveMark>? marks = null, bool isCut = false, HandedRanges? handed = null) : IContainerReader
{
    private const int BlockLength = 128 << 10;

    public string Name => "appended";

    public FormatDescription Description => new(
        "archives and programs within other data (self-extracting programs, installers, pictures that are an archive too)",
        "zip, 7z, RAR, cabinets, ACE, SquashFS, programs for Windows, wherever a whole header stands behind their mark",
        "src/Perisai.Engine/Containers/Appended/README.md")
    {
        Limits = "64 of one object",
        Gaps = "gzip, xz, tar and others without a mark of four bytes",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var walk = new AppendedWalk(source, sink, handed ?? new HandedRanges());
        if (marks is null ? Search(walk, source, sink, 1) : walk.TryAll(marks) && (!isCut || Search(walk, source, sink, marks[^1].Offset + 1)))
            walk.Finish();
    }

    /// <summary>False: stop.</summary>
    private static bool Search(AppendedWalk walk, ByteSource source, IMemberSink sink, long from)
    {
        var marks = new ArchiveMarks();
        var buffer = new byte[BlockLength];
        var at = from;
        marks.Begin(true, at);
        while (at < source.Length && sink.Budget.CheckTime())
        {
            var count = source.Read(at, buffer);
            marks.Append(buffer.AsSpan(0, count));
            at += count;
            if (!sink.Budget.ChargeRead(count) || count == 0)
                break;
            if (!marks.IsFull)
                continue;
            if (!walk.TryAll(marks.Found))
                return false;
            at = marks.Found[^1].Offset + 1;
            marks.Begin(true, at);
        }

        return walk.TryAll(marks.Found);
    }
}
