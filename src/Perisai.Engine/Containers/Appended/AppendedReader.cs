namespace Perisai.Engine.Containers.Appended;

/// <summary>
/// Finds archives within data that is no container itself: behind the stub of a self-extracting program, in an installer's resources, in
/// a picture that is an archive at the same time. A mark is believed only where a whole header stands behind it; then the archive, as far
/// as its own headers say that it reaches, is a member. Marks within an archive that was found are the archive's business.
/// </summary>
/// <param name="marks">Marks that were found before, in the order of their offsets; null where the reader is to search.</param>
/// <param name="isCut">There may be more marks behind the last one.</param>
internal sealed class AppendedReader(IReadOnlyList<ArchiveMark>? marks = null, bool isCut = false) : IContainerReader
{
    /// <summary>An installer holds some; thousands in one file are there to waste time.</summary>
    private const int MaxArchives = 64;

    private const int BlockLength = 128 << 10;

    public string Name => "appended";

    public void Read(ByteSource source, IMemberSink sink)
    {
        var walk = new Walk(source, sink);
        if (marks is null)
            walk.Search(1);
        else if (walk.TryAll(marks) && isCut)
            walk.Search(marks[^1].Offset + 1);
    }

    private sealed class Walk(ByteSource source, IMemberSink sink)
    {
        private readonly BoundedReader _reader = new(source, sink.Budget);
        private long _end = 1;
        private long _zipEnd;
        private int _archives;

        public void Search(long from)
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
                if (!TryAll(marks.Found))
                    return;
                at = marks.Found[^1].Offset + 1;
                marks.Begin(true, at);
            }

            TryAll(marks.Found);
        }

        /// <summary>False: stop.</summary>
        public bool TryAll(IReadOnlyList<ArchiveMark> marks)
        {
            foreach (var mark in marks)
            {
                if (sink.ShouldStop)
                    return false;
                if (mark.Offset < _end || mark.Kind == ArchiveMarkKind.Zip && mark.Offset < _zipEnd)
                    continue;
                var end = EndOf(mark);
                if (end <= mark.Offset)
                    continue;
                if (++_archives > MaxArchives)
                {
                    sink.AddLoss(AppendedFaults.TooMany, mark.Offset);
                    return false;
                }

                if (!sink.AddSlice(new Member(NameOf(mark.Kind)), source, mark.Offset, end - mark.Offset))
                    return false;
            }

            return true;
        }

        private static string NameOf(ArchiveMarkKind kind) => kind switch
        {
            ArchiveMarkKind.Zip => "appended.zip",
            ArchiveMarkKind.SevenZip => "appended.7z",
            ArchiveMarkKind.Rar => "appended.rar",
            _ => "appended.cab",
        };

        /// <summary>Where the archive ends that begins at a mark; -1 where none does.</summary>
        private long EndOf(in ArchiveMark mark)
        {
            if (mark.Kind == ArchiveMarkKind.Zip)
            {
                var zip = ZipExtent.Find(_reader, mark.Offset);
                // Where nobody knows the end of a zip archive, other archives behind its beginning are looked at, too.
                _zipEnd = Math.Max(_zipEnd, zip.End);
                if (zip.IsExact)
                    _end = zip.End;
                return zip.End;
            }

            var end = mark.Kind switch
            {
                ArchiveMarkKind.SevenZip => ArchiveExtents.SevenZip(_reader, mark.Offset),
                ArchiveMarkKind.Rar => ArchiveExtents.Rar(_reader, mark.Offset),
                _ => ArchiveExtents.Cab(_reader, mark.Offset),
            };
            if (end > mark.Offset)
                _end = end;
            return end;
        }
    }
}
