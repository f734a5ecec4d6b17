using System.Buffers.Binary;

namespace Perisai.Fuzz;

/// <summary>
/// Changes a seed a few times: bits, bytes, numbers at their limits, cuts, copies and moves of pieces, pieces of other seeds. Headers stand at the
/// ends of most formats, so half of the changes are made there.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds, int randomSeed)
{
    private const int EndLength = 512;

    private static readonly uint[] _limits =
        [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    private readonly Random _random = new(randomSeed);

    public byte[] Next()
    {
        var bytes = seeds[_random.Next(seeds.Count)].ToList();
        for (var changes = 1 << _random.Next(5); changes > 0; changes--)
            Change(bytes);
        if (bytes.Count > GuardedInput.Capacity)
            bytes.RemoveRange(GuardedInput.Capacity, bytes.Count - GuardedInput.Capacity);
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }

        var at = Place(bytes.Count);
        switch (_random.Next(12))
        {
            case 0 or 1: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
            case 2 or 3: bytes[at] = (byte)_random.Next(256); break;
            case 4 or 5: PutLimit(bytes, at); break;
            case 6: bytes[at] += (byte)_random.Next(-4, 5); break;
            case 7: bytes.RemoveRange(at, bytes.Count - at); break;
            case 8: bytes.RemoveRange(at, Math.Min(_random.Next(1, 64), bytes.Count - at)); break;
            case 9: bytes.InsertRange(at, Piece(bytes)); break;
            case 10: Overwrite(bytes, at, Piece(bytes)); break;
            default: Overwrite(bytes, at, Piece(seeds[_random.Next(seeds.Count)])); break;
        }
    }

    private int Place(int length)
    {
        var at = _random.Next(_random.Next(2) == 0 ? length : Math.Min(length, EndLength));
        return _random.Next(3) == 0 ? length - 1 - at : at;
    }

    /// <summary>A number of one, two, four or eight bytes, either end first.</summary>
    private void PutLimit(List<byte> bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        var value = (ulong)_limits[_random.Next(_limits.Length)];
        if (_random.Next(4) == 0)
            value = value << 32 | value;
        var width = 1 << _random.Next(4);
        if (_random.Next(2) == 0)
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        else
            BinaryPrimitives.WriteUInt64BigEndian(number, value << (64 - 8 * width));
        for (var index = 0; index < width && at + index < bytes.Count; index++)
            bytes[at + index] = number[index];
    }

    private byte[] Piece(IReadOnlyList<byte> from)
    {
        if (from.Count == 0)
            return [];
        var start = _random.Next(from.Count);
        var length = Math.Min(_random.Next(1, 1 << _random.Next(1, 10)), from.Count - start);
        return [.. from.Skip(start).Take(length)];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] piece)
    {
        for (var index = 0; index < piece.Length && at + index < bytes.Count; index++)
            bytes[at + index] = piece[index];
    }
}
