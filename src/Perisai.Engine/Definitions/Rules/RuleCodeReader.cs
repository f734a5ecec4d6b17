using System.Buffers.Binary;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>Reads instructions; a program that is cut short throws, which only a damaged segment can bring about.</summary>
internal ref struct RuleCodeReader(ReadOnlySpan<byte> code, int position)
{
    private readonly ReadOnlySpan<byte> _code = code;

    public int Position { get; set; } = position;

    public RuleOpcode Opcode() => (RuleOpcode)Byte();

    public byte Byte() => _code[Position++];

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }

        return value;
    }

    public int Small() => checked((int)Number());

    public long Signed()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public double Float()
    {
        var value = BinaryPrimitives.ReadDoubleLittleEndian(_code[Position..]);
        Position += 8;
        return value;
    }
}
