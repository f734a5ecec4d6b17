using System.Collections;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>
/// Parses a header that lies in memory. A number that leads outside, or a kind that does not exist, makes <see cref="Failed"/> true for
/// good, and all that is read after is zero; what was parsed before it is kept. Nothing is allocated on the word of a count: every item
/// of a list takes bytes of the header, except files, which are cut at the budget's objects.
/// </summary>
internal sealed partial class SevenZipHeaderReader
{
    private readonly byte[] _header;
    private readonly BoundedReader _reader;
    private readonly int _room;

    /// <param name="header">An encoded header has been decoded before.</param>
    /// <param name="room">More folders, streams or files than these are not kept.</param>
    public SevenZipHeaderReader(byte[] header, ScanBudget budget, int room)
    {
        _header = header;
        _reader = new(new MemoryByteSource(header), budget);
        _room = room;
        Archive = new(header);
    }

    public SevenZipArchive Archive { get; }

    public bool Failed { get; private set; }

    /// <summary>What was wrong first, and where in the header.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>True when the header is packed itself: <see cref="Archive"/> then has the one folder that holds it.</summary>
    public bool IsEncoded { get; private set; }

    public void Read()
    {
        switch (Number())
        {
            case SevenZipProperty.EncodedHeader:
                IsEncoded = true;
                ReadStreams();
                break;
            case SevenZipProperty.Header:
                ReadHeader();
                break;
            default:
                Fail("no header begins here");
                break;
        }
    }

    private void ReadHeader()
    {
        while (!Failed)
        {
            switch (Number())
            {
                case SevenZipProperty.End:
                    return;
                case SevenZipProperty.ArchiveProperties:
                    SkipArchiveProperties();
                    break;
                case SevenZipProperty.AdditionalStreams:
                    Fail("additional streams");
                    break;
                case SevenZipProperty.MainStreams:
                    ReadStreams();
                    break;
                case SevenZipProperty.Files:
                    ReadFiles();
                    break;
                default:
                    Fail("an unknown kind of property");
                    break;
            }
        }
    }

    private void SkipArchiveProperties()
    {
        while (!Failed && Number() != SevenZipProperty.End)
            Skip(Number());
    }

    private void ReadStreams()
    {
        var hasSubStreams = false;
        while (!Failed)
        {
            var kind = Number();
            if (kind == SevenZipProperty.End)
                break;
            switch (kind)
            {
                case SevenZipProperty.PackInfo:
                    ReadPackedStreams();
                    break;
                case SevenZipProperty.UnpackInfo:
                    ReadFolders();
                    break;
                case SevenZipProperty.SubStreams:
                    hasSubStreams = true;
                    ReadSubStreams();
                    break;
                default:
                    Fail("an unknown kind of stream property");
                    break;
            }
        }

        if (hasSubStreams)
            return;
        foreach (var folder in Archive.Folders)
            Archive.SubStreams.Add(new(folder.UnpackSize, folder.Checksum));
    }

    private void ReadPackedStreams()
    {
        Archive.PackedOffset = long.CreateSaturating((Int128)Long() + SevenZipFormat.StartHeaderLength);
        var count = Long();
        while (!Failed)
        {
            var kind = Number();
            if (kind == SevenZipProperty.End)
                return;
            if (kind == SevenZipProperty.Size)
            {
                for (var index = 0L; index < count && !Failed; index++)
                    Add(Archive.PackedSizes, Long());
            }
            else if (kind == SevenZipProperty.Checksums)
            {
                ReadChecksums(count, static (_, _) => { });
            }
            else
            {
                Fail("an unknown kind of packed-stream property");
            }
        }
    }

    private void ReadSubStreams()
    {
        var folders = Archive.Folders;
        var kind = Number();
        if (kind == SevenZipProperty.NumberOfSubStreams)
        {
            foreach (var folder in folders)
                folder.SubStreams = Long();
            kind = Number();
        }

        // Every stream but the last of each folder has its size in the header.
        var first = Archive.SubStreams.Count;
        var withoutChecksum = 0L;
        foreach (var folder in folders)
        {
            var left = folder.UnpackSize;
            var added = 0L;
            for (var index = 1L; index < folder.SubStreams && !Failed; index++)
            {
                if (kind != SevenZipProperty.Size)
                    Fail("the sizes of streams are missing");
                var size = Long();
                if (size > left)
                    Fail("streams are longer than their folder");
                if (Failed)
                    break;
                left -= size;
                added++;
                Add(Archive.SubStreams, new(size, null));
            }

            if (folder.SubStreams > 0 || Failed)
            {
                added++;
                Add(Archive.SubStreams, new(left, folder.SubStreams == 1 ? folder.Checksum : null));
            }

            // What the folder holds is known, if not how it is divided.
            if (Failed)
                folder.SubStreams = added;
            if (folder.SubStreams != 1 || folder.Checksum is null)
                withoutChecksum += folder.SubStreams;
        }

        if (kind == SevenZipProperty.Size)
            kind = Number();
        for (; !Failed && kind != SevenZipProperty.End; kind = Number())
        {
            if (kind == SevenZipProperty.Checksums)
                ReadStreamChecksums(first, withoutChecksum);
            else
                Fail("an unknown kind of sub-stream property");
        }
    }

    private void ReadStreamChecksums(int first, long count)
    {
        // Streams that are a folder of their own have the folder's checksum already.
        var streams = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Archive.SubStreams);
        var places = new List<int>();
        var next = first;
        foreach (var folder in Archive.Folders)
        {
            var has = folder is { SubStreams: 1, Checksum: not null };
            for (var index = 0L; index < folder.SubStreams && next < streams.Length; index++, next++)
            {
                if (!has)
                    places.Add(next);
            }
        }

        ReadChecksums(count, (index, checksum) =>
        {
            if (index < places.Count)
                Archive.SubStreams[places[index]] = Archive.SubStreams[places[index]] with { Checksum = checksum };
        });
    }

    /// <summary>A vector of which items have a checksum, and the checksums.</summary>
    private void ReadChecksums(long count, Action<int, uint> set)
    {
        var defined = ReadOptionalBits(count);
        for (var index = 0; index < (defined?.Length ?? count) && !Failed; index++)
        {
            if (defined is not null && !defined[index])
                continue;
            if (_reader.TryReadUInt32(out var checksum))
                set(index, checksum);
            else
                Fail("checksums are missing");
        }
    }

    /// <summary>A bit for each of <paramref name="count"/> items; null where a byte says that all are set.</summary>
    private BitArray? ReadOptionalBits(long count) => Byte() != 0 ? null : ReadBits(count);

    private BitArray ReadBits(long count)
    {
        var bytes = count / 8 + (count % 8 > 0 ? 1 : 0);
        if (count < 0 || bytes > _reader.Remaining)
        {
            Fail("a vector of bits is longer than the header");
            return new(0);
        }

        var bits = new BitArray((int)count);
        var at = (int)_reader.Position;
        for (var index = 0; index < (int)count; index++)
            bits[index] = (_header[at + index / 8] & 0x80 >> index % 8) != 0;
        _reader.TrySkip(bytes);
        return bits;
    }

    private void Add<T>(List<T> list, T item)
    {
        if (list.Count <= _room)
            list.Add(item);
        else
            Archive.IsCut = true;
    }

    /// <summary>
    /// A number of one to nine bytes: as many leading ones in the first as bytes follow, these with the lowest first; what is left of the
    /// first byte goes on top.
    /// </summary>
    private ulong Number()
    {
        var first = Byte();
        var more = System.Numerics.BitOperations.LeadingZeroCount(~((uint)first << 24));
        if (!_reader.TryGetSpan(more, out var bytes))
        {
            Fail("the header ends within a number");
            return 0;
        }

        var value = 0UL;
        for (var index = 0; index < more; index++)
            value |= (ulong)bytes[index] << 8 * index;
        return more < 7 ? value | (ulong)(first & 0x7F >> more) << 8 * more : value;
    }

    /// <summary>A number that has to fit 63 bits: a length, an offset, a count.</summary>
    private long Long()
    {
        var value = Number();
        if (value <= long.MaxValue)
            return (long)value;
        Fail("a number is too large");
        return 0;
    }

    private byte Byte()
    {
        if (_reader.TryReadByte(out var value))
            return value;
        Fail("the header ends early");
        return 0;
    }

    private void Skip(ulong count)
    {
        if (count > long.MaxValue || !_reader.TrySkip((long)count))
            Fail("a property is longer than the header");
    }

    private void Fail(string what)
    {
        if (Failed)
            return;
        Failed = true;
        Failure = $"At {_reader.Position} of the header: {what}.";
        _reader.Position = _reader.Length;
    }
}
