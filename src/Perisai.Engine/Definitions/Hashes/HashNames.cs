using System.Buffers.Binary;
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
/// Collects the names of digest definitions in source order, front-coded in blocks of 32: neighbours share most of their name, so that one
/// costs three to six bytes.
/// </summary>
/// <remarks>
/// A control byte before each name's own bytes: high nibble, how many they are; low nibble, how many bytes are shared with the name before
/// less those which that one shared, plus 7. A nibble of 15 says that the number itself follows: in a byte, or as 255 and two bytes more,
/// little-endian.
/// </remarks>
internal sealed class HashNamesBuilder
{
    public const int BlockSize = 32;

    /// <summary>The longest name in bytes of UTF-8: as long as the longest line that ClamAV reads. The compiler refuses longer ones.</summary>
    public const int MaximumLength = 8192;

    /// <summary>The most bytes that a name may take: the control byte, two numbers, and all of the name.</summary>
    private const int MaximumStored = 1 + 3 + 3 + MaximumLength;

    private readonly List<uint> _index = [];
    private readonly List<HashRun> _runs = [];
    private byte[] _data = new byte[1 << 16];
    private int _length;
    private byte[] _previous = [];
    private byte[] _current = [];
    private int _previousLength;
    private int _previousShared;
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
            _previousShared = 0;
        }

        var bytes = Encoding.UTF8.GetMaxByteCount(name.Length);
        if (_current.Length < bytes)
            _current = new byte[bytes];
        var length = Encoding.UTF8.GetBytes(name, _current);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaximumLength, nameof(name));
        var shared = _current.AsSpan(0, length).CommonPrefixLength(_previous.AsSpan(0, _previousLength));
        if (_length + MaximumStored > _data.Length)
            Array.Resize(ref _data, _data.Length * 2);
        WriteName(_current.AsSpan(shared, length - shared), shared);
        (_previous, _current, _previousLength) = (_current, _previous, length);
        return number;
    }

    public void Write(SegmentWriter writer)
    {
        writer.Add<uint>(SectionKind.HashNameIndex, 0, CollectionsMarshal.AsSpan(_index));
        writer.Add<byte>(SectionKind.HashNames, 0, _data.AsSpan(0, _length));
        writer.Add<HashRun>(SectionKind.HashRuns, 0, CollectionsMarshal.AsSpan(_runs));
    }

    private void WriteName(ReadOnlySpan<byte> own, int shared)
    {
        var delta = shared - _previousShared + 7;
        var control = _length++;
        _data[control] = (byte)((Math.Min(own.Length, 15) << 4) | (delta is >= 0 and < 15 ? delta : 15));
        if (own.Length >= 15)
            WriteNumber(own.Length);
        if (delta is < 0 or >= 15)
            WriteNumber(shared);
        own.CopyTo(_data.AsSpan(_length));
        _length += own.Length;
        _previousShared = shared;
    }

    private void WriteNumber(int number)
    {
        _data[_length++] = (byte)Math.Min(number, byte.MaxValue);
        if (number < byte.MaxValue)
            return;
        BinaryPrimitives.WriteUInt16LittleEndian(_data.AsSpan(_length), (ushort)number);
        _length += 2;
    }

    /// <summary>Numbers of all definitions whose name is in the set.</summary>
    public HashSet<uint> NumbersOf(IReadOnlySet<string> names)
    {
        var numbers = new HashSet<uint>();
        if (names.Count == 0)
            return numbers;
        var decoder = new FrontCoding(_data, stackalloc byte[MaximumLength]);
        for (uint number = 0; number < Count; number++)
        {
            if (number % BlockSize == 0)
                decoder.BeginBlock();
            if (names.Contains(Encoding.UTF8.GetString(decoder.Next())))
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
        file.EnsureVerified(SectionKind.HashNameIndex, 0, block * 4L, 8);
        var index = file.Section<uint>(SectionKind.HashNameIndex);
        if (block >= index.Length)
            return "";
        var data = file.Section(SectionKind.HashNames);
        var at = (int)index[(int)block];
        var end = block + 1 < index.Length ? index[(int)block + 1] : (uint)data.Length;
        file.EnsureVerified(SectionKind.HashNames, 0, at, end - at);
        var decoder = new FrontCoding(data[at..], stackalloc byte[HashNamesBuilder.MaximumLength]);
        for (var i = 0; i < number % HashNamesBuilder.BlockSize; i++)
            decoder.Next();
        return Encoding.UTF8.GetString(decoder.Next());
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

/// <summary>Walks front-coded names.</summary>
internal ref struct FrontCoding(ReadOnlySpan<byte> data, Span<byte> name)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly Span<byte> _name = name;
    private int _at;
    private int _shared;

    /// <summary>A block's first name shares nothing.</summary>
    public void BeginBlock() => _shared = 0;

    public ReadOnlySpan<byte> Next()
    {
        var control = _data[_at++];
        var own = control >> 4;
        if (own == 15)
            own = NextNumber();
        _shared = (control & 15) == 15 ? NextNumber() : _shared + (control & 15) - 7;
        _data.Slice(_at, own).CopyTo(_name[_shared..]);
        _at += own;
        return _name[..(_shared + own)];
    }

    private int NextNumber()
    {
        int number = _data[_at++];
        if (number < byte.MaxValue)
            return number;
        _at += 2;
        return BinaryPrimitives.ReadUInt16LittleEndian(_data[(_at - 2)..]);
    }
}
