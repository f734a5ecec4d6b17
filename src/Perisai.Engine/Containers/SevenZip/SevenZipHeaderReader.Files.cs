using System.Collections;
using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.SevenZip;

internal sealed partial class SevenZipHeaderReader
{
    private void ReadFiles()
    {
        var count = Long();
        // A file takes a byte of the header at least (the size of its stream), or a bit (that it has none).
        if (Failed || count > _reader.Length * 8)
        {
            Fail("there are more files than the header can hold");
            return;
        }

        var files = new SevenZipFile[Math.Min(count, _room + 1)];
        Archive.IsCut |= count > files.Length;
        files.AsSpan().Fill(new(-1, 0, true, false, false, 0));
        Archive.Files = files;
        BitArray? empty = null;
        while (!Failed)
        {
            var kind = Number();
            if (kind == SevenZipProperty.End)
                return;
            var length = Long();
            if (length > _reader.Remaining)
                Fail("a property of the files is longer than the header");
            if (Failed)
                return;
            var end = _reader.Position + length;
            switch (kind)
            {
                case SevenZipProperty.EmptyStream:
                    empty = ReadBits(count);
                    for (var index = 0; index < Math.Min(files.Length, empty.Length); index++)
                        files[index].HasStream = !empty[index];
                    break;
                case SevenZipProperty.EmptyFile:
                    MarkEmpty(empty, static (ref file) => file.IsEmptyFile = true);
                    break;
                case SevenZipProperty.AntiItem:
                    MarkEmpty(empty, static (ref file) => file.IsAnti = true);
                    break;
                case SevenZipProperty.Names:
                    ReadNames(end);
                    break;
                case SevenZipProperty.Attributes:
                    ReadAttributes(count);
                    break;
                default:
                    // Times, padding, comments, positions.
                    break;
            }

            if (!Failed)
                _reader.Position = end;
        }
    }

    private delegate void Change(ref SevenZipFile file);

    /// <summary>The vector has a bit for each file without a stream.</summary>
    private void MarkEmpty(BitArray? empty, Change mark)
    {
        var count = 0;
        for (var index = 0; index < empty?.Length; index++)
            count += empty[index] ? 1 : 0;
        var bits = ReadBits(count);
        for (int index = 0, bit = 0; index < Math.Min(Archive.Files.Length, empty?.Length ?? 0) && bit < bits.Length; index++)
        {
            if (empty![index] && bits[bit++])
                mark(ref Archive.Files[index]);
        }
    }

    /// <summary>UTF-16 with its lowest byte first; each name ends with a zero.</summary>
    private void ReadNames(long end)
    {
        if (Byte() != 0)
        {
            Fail("the names are in an additional stream");
            return;
        }

        if (_reader.Position > end)
        {
            // The property claims no byte, not even the one that was just read.
            Fail("names are missing");
            return;
        }

        var at = (int)_reader.Position;
        var letters = MemoryMarshal.Cast<byte, ushort>(_header.AsSpan(at..(int)end));
        for (var index = 0; index < Archive.Files.Length; index++)
        {
            var length = letters.IndexOf((ushort)0);
            if (length < 0)
            {
                Fail("names are missing");
                return;
            }

            Archive.Files[index].NameOffset = at;
            Archive.Files[index].NameLength = length * 2;
            letters = letters[(length + 1)..];
            at += length * 2 + 2;
        }
    }

    private void ReadAttributes(long count)
    {
        var defined = ReadOptionalBits(count);
        if (Byte() != 0)
        {
            Fail("the attributes are in an additional stream");
            return;
        }

        for (var index = 0; index < Archive.Files.Length; index++)
        {
            if (defined is not null && !defined[index])
                continue;
            if (!_reader.TryReadUInt32(out var attributes))
            {
                Fail("attributes are missing");
                return;
            }

            Archive.Files[index].Attributes = attributes;
        }
    }
}
