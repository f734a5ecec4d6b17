using System.Runtime.InteropServices;
using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Definitions.Hashes;

/// <summary>Where a run of digest definitions comes from: consecutive lines of one source with the same flags.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
internal struct HashRun
{
    public uint FirstDefinition;
    public uint Line;
    public ushort Source;
    public byte Flags;
    public byte Reserved;
    public uint Reserved2;
}

/// <summary>
/// Collects the names of digest definitions in source order, front-coded in blocks of sixteen: neighbours share most of their name, so
/// that one costs three to eight bytes.
/// </summary>
internal sealed class HashNamesBuilder
{
    public const int BlockSize = 16;
    private readonly List<uint> _index = [];
    private readonly List<HashRun> _runs = [];
    private byte[] _data = new byte[1 << 16];
    private int _length;
    private byte[] _previous = [];
    private byte[] _current = [];
    private int _previousLength;
    private (uint Line, ushort Source, byte Flags) _last;

    public uint Count { get; private set; }

    public uint Add(string name, uint line, ushort source, DefinitionFlags flags)
    {
        var number = Count++;
        if (number == 0 || _last != (line - 1, source, (byte)flags))
            _runs.Add(new HashRun { FirstDefinition = number, Line = line, Source = source, Flags = (byte)flags });
        _last = (line, source, (byte)flags);
        if (number % BlockSize == 0)
        {
            _index.Add((uint)_length);
            _previousLength = 0;
        }

        var bytes = Encoding.UTF8.GetMaxByteCount(name.Length);
        if (_current.Length < bytes)
            _current = new byte[bytes];
        // A length is stored in one byte; names of the field are far shorter.
        var length = Math.Min(Encoding.UTF8.GetBytes(name, _current), 255);
        var shared = _current.AsSpan(0, length).CommonPrefixLength(_previous.AsSpan(0, _previousLength));
        if (_length + length + 2 > _data.Length)
            Array.Resize(ref _data, _data.Length * 2);
        _data[_length++] = (byte)shared;
        _data[_length++] = (byte)(length - shared);
        _current.AsSpan(shared, length - shared).CopyTo(_data.AsSpan(_length));
        _length += length - shared;
        (_previous, _current, _previousLength) = (_current, _previous, length);
        return number;
    }

    public void Write(SegmentWriter writer)
    {
        writer.Add<uint>(SectionKind.HashNameIndex, 0, CollectionsMarshal.AsSpan(_index));
        writer.Add<byte>(SectionKind.HashNames, 0, _data.AsSpan(0, _length));
        writer.Add<HashRun>(SectionKind.HashRuns, 0, CollectionsMarshal.AsSpan(_runs));
    }

    /// <summary>Numbers of all definitions whose name is in the set.</summary>
    public HashSet<uint> NumbersOf(IReadOnlySet<string> names)
    {
        var numbers = new HashSet<uint>();
        if (names.Count == 0)
            return numbers;
        var at = 0;
        Span<byte> name = stackalloc byte[512];
        for (uint number = 0; number < Count; number++)
        {
            int shared = _data[at], rest = _data[at + 1];
            _data.AsSpan(at + 2, rest).CopyTo(name[shared..]);
            at += 2 + rest;
            if (names.Contains(Encoding.UTF8.GetString(name[..(shared + rest)])))
                numbers.Add(number);
        }

        return numbers;
    }
}

/// <summary>Reads names and places of digest definitions from a segment.</summary>
internal sealed class HashNames(SegmentFile file)
{
    public string NameOf(uint number)
    {
        var block = number / HashNamesBuilder.BlockSize;
        file.EnsureVerified(SectionKind.HashNameIndex, 0, block * 4L, 4);
        var index = file.Section<uint>(SectionKind.HashNameIndex);
        if (block >= index.Length)
            return "";
        var data = file.Section(SectionKind.HashNames);
        var at = (int)index[(int)block];
        // Sixteen names of at most 257 bytes.
        file.EnsureVerified(SectionKind.HashNames, 0, at, HashNamesBuilder.BlockSize * 257);
        Span<byte> name = stackalloc byte[512];
        var length = 0;
        for (var i = 0; i <= number % HashNamesBuilder.BlockSize && at + 2 <= data.Length; i++)
        {
            int shared = data[at], rest = data[at + 1];
            data.Slice(at + 2, Math.Min(rest, data.Length - at - 2)).CopyTo(name[shared..]);
            at += 2 + rest;
            length = shared + rest;
        }

        return Encoding.UTF8.GetString(name[..length]);
    }

    public (ushort Source, uint Line, DefinitionFlags Flags) PlaceOf(uint number)
    {
        var runs = file.Section<HashRun>(SectionKind.HashRuns);
        int low = 0, high = runs.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (runs[middle].FirstDefinition <= number)
                low = middle;
            else
                high = middle - 1;
        }

        return runs.IsEmpty ? default : (runs[low].Source, runs[low].Line + (number - runs[low].FirstDefinition), (DefinitionFlags)runs[low].Flags);
    }
}
