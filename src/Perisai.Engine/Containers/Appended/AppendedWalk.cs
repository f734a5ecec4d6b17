using Perisai.Engine.Containers.DotNetBundle;

namespace Perisai.Engine.Containers.Appended;

/// <summary>Goes through the marks of one object in order, and hands on what begins there.</summary>
internal sealed class AppendedWalk(ByteSource source, IMemberSink sink, HandedRanges handed)
{
    /// <summary>An installer holds some; thousands in one file are there to waste time.</summary>
    private const int MaxArchives = 64;

    /// <summary>Where the searched part of its mark is in an ACE archive.</summary>
    private const int AceMarkOffset = 9;

    /// <summary>Images of memories and programs' own caches hold hundreds.</summary>
    private const int MaxPrograms = 1024;

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private long _end = 1;
    private long _zipEnd;
    private int _archives;
    private int _programs;
    private EmbeddedProgram? _lastProgram;
    private bool _hasBundle;

    /// <summary>False: stop.</summary>
    public bool TryAll(IReadOnlyList<ArchiveMark> marks)
    {
        foreach (var mark in marks)
        {
            if (sink.ShouldStop || !Try(mark))
                return false;
        }

        return true;
    }

    /// <summary>
    /// The last program may reach farther than its headers say: data that it reads from its own file. Where something else stands behind it,
    /// it is handed on again with all of that, as a whole file it would be known by.
    /// </summary>
    public void Finish()
    {
        if (_lastProgram is { } program && program.End >= _end && program.End < source.Length && !sink.ShouldStop && !IsZero(program.End))
            sink.AddSlice(new Member("embedded-with-rest.exe"), source, program.Start, source.Length - program.Start);
    }

    /// <summary>False: stop.</summary>
    private bool Try(in ArchiveMark mark)
    {
        switch (mark.Kind)
        {
            case ArchiveMarkKind.DotNetBundle:
                return TryBundle(mark);
            case ArchiveMarkKind.Program:
                return TryProgram(mark);
            case ArchiveMarkKind.Ace:
                return TryAce(mark.Offset - AceMarkOffset);
            default:
                break;
        }

        if (mark.Offset < _end || mark.Kind == ArchiveMarkKind.Zip && mark.Offset < _zipEnd || handed.Contains(mark.Offset))
            return true;
        var end = EndOf(mark);
        if (end <= mark.Offset)
            return true;
        if (++_archives > MaxArchives)
        {
            sink.AddLoss(AppendedFaults.TooMany, mark.Offset);
            return false;
        }

        return sink.AddSlice(new Member(NameOf(mark.Kind)), source, mark.Offset, end - mark.Offset);
    }

    private bool TryAce(long start)
    {
        if (start < Math.Max(1, _end) || handed.Contains(start) || Ace.AceReader.EndOf(_reader, start) is not (> 0 and var end))
            return true;
        if (++_archives > MaxArchives)
        {
            sink.AddLoss(AppendedFaults.TooMany, start);
            return false;
        }

        _end = end;
        return sink.AddSlice(new Member("appended.ace"), source, start, end - start);
    }

    private bool TryProgram(in ArchiveMark mark)
    {
        if (mark.Offset < _end || handed.Contains(mark.Offset) || EmbeddedProgram.Find(source, _reader, mark.Offset) is not { } program
            || program.Start < Math.Max(1, _end))
            return true;
        if (++_programs > MaxPrograms)
        {
            sink.AddLoss(AppendedFaults.TooMany, mark.Offset);
            return false;
        }

        // What lies in its sections and resources is its own business; marks behind them are not.
        _end = program.End;
        _lastProgram = program;
        return sink.AddSlice(new Member("embedded.exe"), source, program.Start, program.End - program.Start);
    }

    private bool TryBundle(in ArchiveMark mark)
    {
        if (_hasBundle || !DotNetBundleReader.TryFindHeader(_reader, mark.Offset, out var header))
            return true;
        _hasBundle = true;
        DotNetBundleReader.Read(source, header, mark.Offset, sink, handed);
        return !sink.ShouldStop;
    }

    private static string NameOf(ArchiveMarkKind kind) => kind switch
    {
        ArchiveMarkKind.Zip => "appended.zip",
        ArchiveMarkKind.SevenZip => "appended.7z",
        ArchiveMarkKind.Rar => "appended.rar",
        ArchiveMarkKind.SquashFs => "appended.squashfs",
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
            ArchiveMarkKind.SquashFs => ArchiveExtents.SquashFs(_reader, mark.Offset),
            _ => ArchiveExtents.Cab(_reader, mark.Offset),
        };
        if (end > mark.Offset)
            _end = end;
        return end;
    }

    private bool IsZero(long from)
    {
        for (_reader.Position = from; !_reader.AtEnd && sink.Budget.CheckTime();)
        {
            var bytes = _reader.Peek(4096);
            if (bytes.IsEmpty || bytes.IndexOfAnyExcept((byte)0) >= 0)
                return false;
            _reader.Position += bytes.Length;
        }

        return true;
    }
}
