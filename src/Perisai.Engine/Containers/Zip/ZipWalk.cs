using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// One walk through an archive, in the order in which the data lies: the entries of the directory, and in the gaps between them
/// the entries that only have a local header.
/// </summary>
internal sealed class ZipWalk : IDisposable
{
    /// <summary>Entries that share bytes with others and are decoded all the same; overlapping archives of thousands are bombs.</summary>
    private const int MaxOverlapping = 64;

    /// <summary>Faults of one kind that are reported; an archive may have a million.</summary>
    private const int MaxFaultsOfAKind = 16;

    /// <summary>The most that local headers take: a name and extra fields of 65,535 bytes each.</summary>
    private const int UsualHeader = 512;

    private readonly ByteSource _source;
    private readonly IMemberSink _sink;
    private readonly BoundedReader _reader;
    private readonly ZipMemberWriter _writer;
    private readonly Dictionary<string, int> _faults = [];
    private readonly HashSet<ulong> _names = [];
    private byte[] _header = new byte[UsualHeader];
    private ZipEndRecord _end;
    private bool _hasDirectory;
    private bool _isSplit;
    private int _overlapping;
    private int _mismatched;
    private int _refused;
    private long _previousHeader = -1;

    public ZipWalk(ByteSource source, IMemberSink sink)
    {
        _source = source;
        _sink = sink;
        _reader = new(source, sink.Budget);
        _writer = new(source, sink, AddFault);
    }

    public void Run()
    {
        _reader.Position = 0;
        _isSplit = _reader.TryPeekSpan(4, out var magic) && (magic.SequenceEqual(ZipFormat.Descriptor) || magic.SequenceEqual(ZipFormat.SinglePart));
        _hasDirectory = ZipEndRecord.TryFind(_reader, out _end, out var seen);
        var position = 0L;
        if (_hasDirectory)
            position = ReadEntries();
        else
            AddLoss(seen ? ZipFaults.BadDirectory : ZipFaults.NoDirectory, -1);
        if (!_sink.ShouldStop)
            position = ReadGap(position, _hasDirectory ? _end.Start : _source.Length);
        if (_hasDirectory)
            ReadBehind(position);
        if (_refused > 0)
            _sink.AddNotScanned(new Member("overlapping entries"), NotScannedReason.OverBudget, $"{_refused} entries share bytes with others or have two contents.");
        if (_overlapping > 0)
            _sink.AddFault(ZipFaults.OverlappingEntries, -1, $"{_overlapping} entries share bytes with others.");
    }

    public void Dispose() => _writer.Dispose();

    private long ReadEntries()
    {
        // The budget's objects will be gone before more entries than these are handed on.
        var room = _sink.Budget.Limits.MaxObjects - _sink.Budget.Objects;
        var entries = ZipDirectory.Read(_reader, _end, Math.Max(room, 0) + 1, out var end);
        if (end < _end.DirectoryEnd && !StartsWith(end, "PK\u0005\u0005"u8) && entries.Count <= room)
            AddLoss(ZipFaults.BadDirectory, end, "The directory ends before its end record.");
        if (entries.Count <= room && (ushort)entries.Count != (ushort)_end.Entries)
            AddFault(ZipFaults.WrongEntryCount, end, $"{entries.Count} instead of {_end.Entries}.");
        if (_end.Shift != 0)
            AddFault(ZipFaults.ShiftedOffsets, _end.DirectoryEnd, $"By {_end.Shift} bytes.");
        var places = CollectionsMarshal.AsSpan(entries);
        if (ZipDocumentKind.Of(places) is var kind and not FileType.Unknown)
            _sink.AddKind(kind);
        var ordered = true;
        for (var index = 0; index < places.Length; index++)
        {
            ref var entry = ref places[index];
            entry.Position = index;
            if (!_names.Add(entry.NameHash))
                AddFault(ZipFaults.DuplicateName, entry.HeaderOffset, entry.Name);
            entry.HeaderOffset = Locate(entry.HeaderOffset);
            ordered &= index == 0 || places[index - 1].HeaderOffset <= entry.HeaderOffset;
        }

        _names.Clear();
        if (!ordered)
            entries.Sort(static (left, right) => left.HeaderOffset.CompareTo(right.HeaderOffset));
        var position = 0L;
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (_sink.ShouldStop)
                break;
            position = ReadEntry(entry, position);
        }

        return position;
    }

    /// <summary>Where a local header is: data before the archive shifts offsets, unless some tool has mended them.</summary>
    private long Locate(long offset)
    {
        if (_end.Shift == 0)
            return offset;
        return offset + _end.Shift is var shifted && (StartsWith(shifted, ZipFormat.LocalHeader) || !StartsWith(offset, ZipFormat.LocalHeader))
            ? shifted : offset;
    }

    /// <summary>Hands on an entry of the directory; returns where the next one may begin.</summary>
    private long ReadEntry(in ZipEntry entry, long position)
    {
        if (entry.Disk != _end.Disk && entry.Disk != ushort.MaxValue)
        {
            _sink.AddNotScanned(Describe(entry), NotScannedReason.MissingVolume, $"It begins in part {entry.Disk + 1}.");
            return position;
        }

        if (entry.HeaderOffset > position)
            position = ReadGap(position, entry.HeaderOffset);
        if (!TryReadLocal(entry.HeaderOffset, decodeName: false, out var local))
        {
            AddFault(ZipFaults.NoLocalHeader, entry.HeaderOffset, entry.Name);
            _sink.AddNotScanned(Describe(entry), NotScannedReason.Damaged, "It has no local header.");
            return position;
        }

        if (!MayRead(entry, position))
            return position;
        _previousHeader = entry.HeaderOffset;
        if (entry.NameHash != local.NameHash && (entry.Flags & ZipFlags.MaskedHeader) == 0)
            AddFault(ZipFaults.NameMismatch, entry.HeaderOffset, entry.Name);
        var merged = entry;
        merged.DataOffset = local.DataOffset;
        var end = Write(merged, merged.StoredLength);
        if (!Agree(entry, local) && !_sink.ShouldStop)
            WriteOtherView(entry, local);
        // Lengths of local headers are not believed for this: one wrong one would make all other entries overlap.
        return Math.Max(position, end);
    }

    /// <summary>Hands on what a program would get that believes the local header.</summary>
    private void WriteOtherView(in ZipEntry entry, ZipEntry local)
    {
        AddFault(ZipFaults.HeaderMismatch, entry.HeaderOffset, entry.Name);
        if (++_mismatched > MaxOverlapping)
        {
            _refused++;
            return;
        }

        if (local.IsLengthUnknown)
            (local.StoredLength, local.Length, local.Checksum) = (entry.StoredLength, entry.Length, entry.Checksum);
        (local.Name, local.Position) = (entry.Name, entry.Position);
        if (local.StoredLength > 0)
            Write(local, local.StoredLength);
    }

    /// <summary>Whether both headers lead to the same content.</summary>
    private static bool Agree(in ZipEntry entry, in ZipEntry local) =>
        entry.Method == local.Method
        && entry.IsEncrypted == local.IsEncrypted
        && (entry.StoredLength == local.StoredLength || local.IsLengthUnknown)
        && (entry.Length == local.Length || (local.Flags & ZipFlags.Descriptor) != 0 && local.Length == 0);

    /// <summary>Entries that share bytes with others are read while they are few.</summary>
    private bool MayRead(in ZipEntry entry, long position)
    {
        if (entry.HeaderOffset >= position || entry.StoredLength == 0 && entry.HeaderOffset != _previousHeader)
            return true;
        if (entry.HeaderOffset == _previousHeader)
            AddFault(ZipFaults.DuplicateEntry, entry.HeaderOffset, entry.Name);
        _overlapping++;
        if (_overlapping <= MaxOverlapping)
            return true;
        _refused++;
        return false;
    }

    /// <summary>
    /// Searches a stretch that no entry of the directory covers for local headers; returns where the search came to, which may be behind
    /// the stretch.
    /// </summary>
    private long ReadGap(long position, long end)
    {
        end = Math.Min(end, _source.Length);
        while (position < end && !_sink.ShouldStop)
        {
            var found = _reader.IndexOf(ZipFormat.LocalHeader, position, end);
            if (found < 0)
                return end;
            position = found + 4;
            if (!TryReadLocal(found, decodeName: true, out var local))
                continue;
            if (_hasDirectory)
                AddFault(ZipFaults.NotInDirectory, found, local.Name);
            position = Math.Max(position, Write(local, local.IsLengthUnknown ? -1 : local.StoredLength));
        }

        return Math.Max(position, end);
    }

    /// <summary>What lies behind the end record.</summary>
    private void ReadBehind(long position)
    {
        var start = Math.Max(_end.End, position);
        if (start >= _source.Length || _sink.ShouldStop)
            return;
        AddFault(ZipFaults.TrailingData, start);
        _sink.AddSlice(new Member("trailing-data"), _source, start, _source.Length - start);
    }

    /// <summary>Hands on the content of an entry; a negative length is not known. Returns where the data ends.</summary>
    private long Write(in ZipEntry entry, long stored)
    {
        var available = _source.Length - entry.DataOffset;
        if (stored > available)
        {
            if (_isSplit && !_hasDirectory)
                _sink.AddNotScanned(Describe(entry), NotScannedReason.MissingVolume, "It goes on in the next part.");
            else
                AddLoss(ZipFaults.TruncatedEntry, entry.HeaderOffset, entry.Name);
            stored = available;
        }

        // A folder of a streamed archive has a descriptor too; anything else behind it is content.
        if (entry.IsFolder && (stored >= 0 || StartsWith(entry.DataOffset, "PK"u8)))
            return entry.DataOffset + Math.Max(0, stored);
        if (entry.Name.EndsWith('/'))
            AddFault(ZipFaults.FolderWithContent, entry.HeaderOffset, entry.Name);
        return stored < 0 ? WriteStreamed(entry) : _writer.Write(entry, stored);
    }

    /// <summary>An entry whose length nobody tells: its data tells it, or the descriptor behind it has to be found.</summary>
    private long WriteStreamed(ZipEntry entry)
    {
        if (ZipMethods.EndsItself(entry) && !entry.IsEncrypted)
            return _writer.WriteStreamed(entry);
        for (var at = entry.DataOffset; ; at += 4)
        {
            at = _reader.IndexOf(ZipFormat.Descriptor, at);
            _reader.Position = at;
            if (at < 0 || _sink.ShouldStop || !_reader.TryPeekSpan(16, out var descriptor))
                break;
            long stored = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
            if (stored != at - entry.DataOffset)
                continue;
            entry.Checksum = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[4..]);
            entry.Length = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[12..]);
            entry.StoredLength = stored;
            return _writer.Write(entry, stored);
        }

        AddLoss(ZipFaults.TruncatedEntry, entry.HeaderOffset, entry.Name);
        entry.StoredLength = _source.Length - entry.DataOffset;
        return _writer.Write(entry, entry.StoredLength);
    }

    private bool TryReadLocal(long offset, bool decodeName, out ZipEntry entry)
    {
        entry = default;
        if (offset < 0)
            return false;
        var count = _source.Read(offset, _header.AsSpan(0, UsualHeader));
        _sink.Budget.ChargeRead(count);
        var header = _header.AsSpan(0, count);
        if (count < ZipFormat.LocalHeaderLength || !header.StartsWith(ZipFormat.LocalHeader))
            return false;
        int name = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        int extra = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        // Noise that begins with the four letters by chance has a method that does not exist, or no name.
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) > ZipFormat.MaxMethod)
            return false;
        var length = ZipFormat.LocalHeaderLength + name + extra;
        if (length > count)
        {
            if (_header.Length < length)
                _header = new byte[ZipFormat.LocalHeaderLength + 2 * ushort.MaxValue];
            count = _source.Read(offset, _header.AsSpan(0, length));
            if (count < length)
                return false;
            header = _header.AsSpan(0, length);
        }

        entry = ZipEntry.ParseLocal(header, header.Slice(ZipFormat.LocalHeaderLength, name), header.Slice(ZipFormat.LocalHeaderLength + name, extra), offset, decodeName);
        return true;
    }

    private static Member Describe(in ZipEntry entry) => ZipMemberWriter.Describe(entry);

    private bool StartsWith(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset < 0 || offset > _source.Length - bytes.Length)
            return false;
        _reader.Position = offset;
        return _reader.TryPeekSpan(bytes.Length, out var span) && span.SequenceEqual(bytes);
    }

    private void AddFault(string id, long offset, string detail = "")
    {
        var count = ++CollectionsMarshal.GetValueRefOrAddDefault(_faults, id, out _);
        if (count <= MaxFaultsOfAKind)
            _sink.AddFault(id, offset, detail);
    }

    private void AddLoss(string id, long offset, string detail = "")
    {
        var count = ++CollectionsMarshal.GetValueRefOrAddDefault(_faults, id, out _);
        if (count <= MaxFaultsOfAKind)
            _sink.AddLoss(id, offset, detail);
    }
}
