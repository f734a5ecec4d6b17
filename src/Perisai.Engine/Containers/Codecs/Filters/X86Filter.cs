using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>
/// Undoes the conversion of the operands of CALL (E8) and JMP (E9) from relative to absolute, for which the highest byte has to be
/// 00 or FF. Opcodes among the bytes just before make the choice: the encoder and the decoder have to agree on them.
/// </summary>
internal sealed class X86Filter(uint start = 0) : ByteFilter
{
    private uint _address = start;

    // Bit k: the byte k + 1 places before was an opcode that was not converted.
    private uint _recent;

    public override int Undo(Span<byte> data)
    {
        var at = 0;
        while (true)
        {
            var jump = at < data.Length - 4 ? data[at..^4].IndexOfAny((byte)0xE8, (byte)0xE9) : -1;
            if (jump < 0)
            {
                var end = Math.Max(at, data.Length - 4);
                _recent = end - at > 3 ? 0 : _recent << (end - at) & 7;
                _address += (uint)end;
                return end;
            }

            _recent = jump > 3 ? 0 : _recent << jump & 7;
            at += jump;
            // The operand byte that the most remote recent opcode would have converted.
            var overlap = _recent == 0 ? 0 : 32 - System.Numerics.BitOperations.LeadingZeroCount(_recent);
            var operand = data.Slice(at + 1, 4);
            var blocked = overlap > 0 && ((_recent & (_recent - 1)) != 0 || IsSign(operand[3 - overlap]));
            if (blocked || !IsSign(operand[3]))
            {
                _recent = (_recent << 1 | 1) & 7;
                at++;
                continue;
            }

            var here = _address + (uint)at + 5;
            var value = BinaryPrimitives.ReadUInt32LittleEndian(operand);
            var target = value - here;
            if (overlap > 0)
            {
                var shift = overlap * 8;
                while (IsSign((byte)(target >> (24 - shift))))
                {
                    value = target ^ ((1u << (32 - shift)) - 1);
                    target = value - here;
                }
            }

            // The highest byte is the sign of the 25 bits below it.
            target = (target & 1 << 24) != 0 ? target | 0xFF000000 : target & 0x00FFFFFF;
            BinaryPrimitives.WriteUInt32LittleEndian(operand, target);
            _recent = 0;
            at += 5;
        }
    }

    private static bool IsSign(byte value) => value is 0 or 0xFF;
}
