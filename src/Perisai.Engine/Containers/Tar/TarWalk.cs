using Perisai.Engine.Containers.Oci;

namespace Perisai.Engine.Containers.Tar;

/// <summary>One pass over one archive: the state between its headers.</summary>
/// <param name="done">Where members lie that were handed on already: the layers of container images.</param>
internal sealed class TarWalk(ByteSource source, IMemberSink sink, IReadOnlySet<long> done)
{
    /// <summary>Extended headers longer than this are not read: names and maps of 1 MiB are beyond any file system.</summary>
    private const int MaxExtendedHeader = 1 << 20;

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private TarExtendedAttributes _attributes = new();
    private readonly LayerWhiteouts _whiteouts = new();
    private byte[] _globalRecords = [];

    public void Run()
    {
        ReadAll();
        _whiteouts.Report(sink);
    }

    private void ReadAll()
    {
        Span<byte> block = stackalloc byte[TarHeader.Length];
        var ended = false;
        while (!sink.ShouldStop && !_reader.AtEnd)
        {
            var at = _reader.Position;
            if (!_reader.TryRead(block))
            {
                AddRest(at, ended);
                return;
            }

            var header = new TarHeader(block);
            if (header.IsZero)
            {
                // Two of them end the archive, one alone does not; whatever follows is looked for in either case.
                ended = true;
                if (!SkipZeros())
                    return;
                continue;
            }

            if (!header.HasValidChecksum)
            {
                sink.AddFault(ended ? TarFaults.TrailingData : TarFaults.BadChecksum, at);
                if (!Resynchronise(at, ended))
                    return;
            }
            else
            {
                if (ended)
                    sink.AddFault(TarFaults.TrailingData, at, "Another archive follows the end of this one.");
                if (!ReadEntry(block, at))
                    return;
            }

            ended = false;
        }

        if (!ended && _reader.AtEnd)
            sink.AddFault(TarFaults.MissingEnd, _reader.Position);
    }

    private bool ReadEntry(ReadOnlySpan<byte> block, long at)
    {
        var header = new TarHeader(block);
        if (!header.TryGetSize(out var size))
        {
            sink.AddFault(TarFaults.BadNumber, at + 124);
            return Resynchronise(at, false);
        }

        switch (header.Type)
        {
            case (byte)'x' or (byte)'X':
                return ReadExtended(at, size, records => _attributes.AddRecords(records));
            case (byte)'g':
                return ReadExtended(at, size, records =>
                {
                    _globalRecords = records.ToArray();
                    return new TarExtendedAttributes().AddRecords(records);
                });
            case (byte)'L':
                return ReadExtended(at, size, name =>
                {
                    _attributes.Path = MemberName.Decode(name);
                    return true;
                });
            case (byte)'K' or (byte)'N' or (byte)'A':
                // A long link name, old GNU name lists, Solaris access lists: nothing that a scan needs.
                return ReadExtended(at, size, static _ => true);
        }

        var attributes = _attributes;
        _attributes = new TarExtendedAttributes();
        if (_globalRecords.Length > 0)
        {
            var merged = new TarExtendedAttributes();
            merged.AddRecords(_globalRecords);
            size = merged.Size ?? size;
        }

        size = attributes.Size ?? size;
        var name = attributes.SparseName ?? attributes.Path ?? header.Name;
        return AddMember(block, at, name, size, attributes);
    }

    private bool AddMember(ReadOnlySpan<byte> block, long at, string name, long size, TarExtendedAttributes attributes)
    {
        var type = block[156];
        List<long>? map = attributes.IsSparse ? attributes.SparseMap : null;
        var realSize = attributes.SparseRealSize ?? 0;
        var mapIsWhole = true;
        if (type == 'S')
            mapIsWhole = TarSparseMap.TryReadOld(block, _reader, out map, out realSize);

        var start = _reader.Position;
        _whiteouts.Look(name);
        if (!HasContent(type, name) && (size == 0 || NextIsHeader()))
            return true;

        var stored = Math.Min(size, _reader.Length - start);
        if (stored < size)
            sink.AddLoss(TarFaults.TruncatedMember, at);
        var end = start + stored;
        if (attributes.SparseMajor > 0)
            mapIsWhole = TarSparseMap.TryReadText(_reader, end, out map);
        if (type == 'M')
            sink.AddFault(TarFaults.VolumeContinuation, at);

        var more = done.Contains(start) ? !sink.ShouldStop : map is not null && mapIsWhole
            ? AddSparse(name, map, Math.Min(_reader.Position, end), end, realSize, at)
            : sink.AddSlice(new Member(name) { DeclaredLength = size }, source, start, stored);
        if (map is not null && !mapIsWhole)
            sink.AddFault(TarFaults.BadSparseMap, at);
        _reader.Position = end + Padding(stored);
        return more;
    }

    private bool AddSparse(string name, List<long> map, long dataStart, long dataEnd, long realSize, long at)
    {
        var stored = dataEnd - dataStart;
        if (!TarSparseMap.TryAssemble(map, source, dataStart, stored, realSize, out var pieces))
            sink.AddLoss(TarFaults.BadSparseMap, at);
        using var stream = new PieceStream(pieces);
        return sink.AddStream(new Member(name) { DeclaredLength = stream.Length }, stream, stored);
    }

    private delegate bool RecordTaker(ReadOnlySpan<byte> records);

    private bool ReadExtended(long at, long size, RecordTaker take)
    {
        var start = _reader.Position;
        if (size > _reader.Remaining)
        {
            sink.AddLoss(TarFaults.TruncatedHeader, at);
            return Resynchronise(at, false);
        }

        if (size > MaxExtendedHeader)
        {
            sink.AddFault(TarFaults.BadExtendedHeader, at, "Too long.");
        }
        else
        {
            var bytes = new byte[size];
            if (!_reader.TryRead(bytes) || !take(bytes))
                sink.AddFault(TarFaults.BadExtendedHeader, at);
        }

        _reader.Position = start + size + Padding(size);
        return true;
    }

    /// <summary>
    /// Links, devices, folders and labels have no content. Some programs store it nevertheless (a hard link with its data), and
    /// an unknown type is a file, as POSIX says.
    /// </summary>
    private static bool HasContent(byte type, string name) => type switch
    {
        (byte)'1' or (byte)'2' or (byte)'3' or (byte)'4' or (byte)'5' or (byte)'6' or (byte)'V' or (byte)'D' or (byte)'I' => false,
        0 or (byte)'0' => !name.EndsWith('/'),
        _ => true,
    };

    private bool NextIsHeader()
    {
        if (!_reader.TryPeekSpan(TarHeader.Length, out var block))
            return true;
        var header = new TarHeader(block);
        return header.IsZero || header.HasValidChecksum;
    }

    /// <summary>Finds the next good header; what lies between is a member, as it is most likely a file that lost its header.</summary>
    private bool Resynchronise(long at, bool ended)
    {
        _attributes = new TarExtendedAttributes();
        var start = ended ? at : at + TarHeader.Length;
        _reader.Position = at + TarHeader.Length;
        while (!sink.ShouldStop && _reader.TryPeekSpan(TarHeader.Length, out var block))
        {
            if (new TarHeader(block).HasValidChecksum)
                return AddDamaged(start, _reader.Position);
            _reader.TrySkip(TarHeader.Length);
        }

        if (!sink.ShouldStop)
            AddDamaged(start, _reader.Length);
        return false;
    }

    private bool AddDamaged(long start, long end) =>
        end <= start || sink.AddSlice(new Member("damaged"), source, start, end - start);

    /// <summary>Moves to the next block that holds anything; false at the end.</summary>
    private bool SkipZeros()
    {
        while (!sink.ShouldStop)
        {
            var count = (int)Math.Min(_reader.Remaining, BoundedReader.WindowLength);
            if (count == 0 || !_reader.TryPeekSpan(count, out var span))
                return false;
            var other = span.IndexOfAnyExcept((byte)0);
            if (other >= 0)
            {
                _reader.TrySkip(other / TarHeader.Length * TarHeader.Length);
                return true;
            }

            _reader.TrySkip(count);
        }

        return false;
    }

    private void AddRest(long at, bool ended)
    {
        _reader.Position = at;
        // A whole block that cannot be read means that the file shrank.
        if (_reader.Remaining < TarHeader.Length
            && _reader.TryPeekSpan((int)_reader.Remaining, out var span) && !span.ContainsAnyExcept((byte)0))
            return;
        if (ended)
        {
            sink.AddFault(TarFaults.TrailingData, at);
            AddDamaged(at, _reader.Length);
        }
        else
        {
            sink.AddLoss(TarFaults.TruncatedHeader, at);
        }
    }

    private static long Padding(long size) => (TarHeader.Length - size % TarHeader.Length) % TarHeader.Length;
}
