using System.Buffers.Binary;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>Writes the instructions of a condition; see <see cref="RuleOpcode"/>.</summary>
internal sealed class RuleCodeWriter
{
    /// <summary>Variables that a condition may have at one place, those of loops among them.</summary>
    public const int SlotCount = 64;

    private readonly List<byte> _bytes = [];

    public int Position => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    /// <summary>What was written from a position on.</summary>
    public byte[] From(int position) => [.. _bytes.Skip(position)];

    /// <summary>Takes back what was written from a position on.</summary>
    public void Truncate(int position) => _bytes.RemoveRange(position, _bytes.Count - position);

    public void Write(RuleOpcode opcode) => _bytes.Add((byte)opcode);

    public void Byte(int value) => _bytes.Add((byte)value);

    public void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }

    public void Number(int value) => Number((ulong)value);

    public void Integer(long value)
    {
        Write(RuleOpcode.Integer);
        Number((ulong)((value << 1) ^ (value >> 63)));
    }

    public void Float(double value)
    {
        Write(RuleOpcode.Float);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        _bytes.AddRange(bytes);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    /// <summary>Bytes that a number takes.</summary>
    public static int LengthOf(int number)
    {
        var length = 1;
        for (var rest = (uint)number; rest >= 0x80; rest >>= 7)
            length++;
        return length;
    }

    /// <summary>Writes a body behind its length.</summary>
    public void Body(Action write)
    {
        var start = Position;
        write();
        var body = From(start);
        Truncate(start);
        Number(body.Length);
        _bytes.AddRange(body);
    }
}
