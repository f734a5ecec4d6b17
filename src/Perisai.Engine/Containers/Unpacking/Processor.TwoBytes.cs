using System.Buffers.Binary;
using System.Numerics;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>Instructions that begin with 0F. A table.</summary>
internal sealed partial class Processor
{
    private bool ExecuteTwoBytes(byte opcode)
    {
        var size = FullSize;
        switch (opcode)
        {
            case 0x0B or 0xFF or 0xB9:
                throw new ProcessorException(ProcessorException.IllegalInstruction);
            case 0x0D or >= 0x18 and <= 0x1F:
                DecodeModRm();
                return true;
            case 0x06 or 0x08 or 0x09 or 0x30 or 0x32:
                throw new ProcessorException(ProcessorException.PrivilegedInstruction);
            case 0x31:
                // A clock that stands nearly still: no time is lost between two looks at it.
                _clock += 16;
                _registers[Eax] = _clock;
                _registers[Edx] = 0x15;
                return true;
            case >= 0x40 and < 0x50:
                DecodeModRm();
                var moved = ReadOperand(size);
                if (Holds(opcode & 15))
                    WriteRegister(_register, size, moved);
                return true;
            case 0x77:
                return true;
            case >= 0x80 and < 0x90:
                var distance = _isShort ? SignExtend(Fetch16(), 2) : Fetch32();
                if (Holds(opcode & 15))
                    Jump(_next + distance);
                return true;
            case >= 0x90 and < 0xA0:
                DecodeModRm();
                WriteOperand(1, Holds(opcode & 15) ? 1u : 0);
                return true;
            case 0xA0 or 0xA8:
                Push(opcode == 0xA0 ? 0x3Bu : 0);
                return true;
            case 0xA1 or 0xA9:
                Pop();
                return true;
            case 0xA2:
                Identify();
                return true;
            case 0xA3 or 0xAB or 0xB3 or 0xBB:
                DecodeModRm();
                TestBit((opcode >> 3) & 3, _registers[_register], true);
                return true;
            case 0xA4 or 0xA5 or 0xAC or 0xAD:
                DecodeModRm();
                var count = (opcode & 1) == 0 ? Fetch8() : (int)(byte)_registers[Ecx];
                WriteOperand(size, ShiftDouble(ReadOperand(size), ReadRegister(_register, size), count, size, opcode < 0xA8));
                return true;
            case 0xAF:
                DecodeModRm();
                WriteRegister(_register, size, MultiplySigned(ReadRegister(_register, size), ReadOperand(size), size));
                return true;
            case 0xB0 or 0xB1:
                CompareAndExchange(SizeOf(opcode));
                return true;
            case 0xB6 or 0xB7 or 0xBE or 0xBF:
                DecodeModRm();
                var narrow = (opcode & 1) == 0 ? 1 : 2;
                var value = ReadOperand(narrow);
                WriteRegister(_register, size, opcode < 0xB8 ? value : SignExtend(value, narrow));
                return true;
            case 0xBA:
                DecodeModRm();
                if (_register < 4)
                    throw new ProcessorException(ProcessorException.IllegalInstruction);
                TestBit(_register & 3, Fetch8(), false);
                return true;
            case 0xBC or 0xBD:
                DecodeModRm();
                var searched = Truncate(ReadOperand(size), size);
                _zeroSource = searched;
                if (searched != 0)
                    WriteRegister(_register, size, (uint)(opcode == 0xBC ? BitOperations.TrailingZeroCount(searched) : BitOperations.Log2(searched)));
                return true;
            case 0xC0 or 0xC1:
                DecodeModRm();
                var narrowOrFull = SizeOf(opcode);
                var left = ReadOperand(narrowOrFull);
                var sum = Add(left, ReadRegister(_register, narrowOrFull), 0, narrowOrFull);
                WriteRegister(_register, narrowOrFull, left);
                WriteOperand(narrowOrFull, sum);
                return true;
            case 0xC7:
                return CompareAndExchange8();
            case >= 0xC8 and <= 0xCF:
                _registers[opcode & 7] = BinaryPrimitives.ReverseEndianness(_registers[opcode & 7]);
                return true;
            default:
                return false;
        }
    }

    private uint _clock;

    /// <summary>cpuid: an ordinary processor of the time that such programs come from.</summary>
    private void Identify()
    {
        var leaf = _registers[Eax];
        _registers[Eax] = leaf == 0 ? 2u : leaf == 1 ? 0x6F6u : 0;
        _registers[Ebx] = leaf == 0 ? 0x756E6547u : 0;
        _registers[Ecx] = leaf == 0 ? 0x6C65746Eu : 0;
        _registers[Edx] = leaf == 0 ? 0x49656E69u : leaf == 1 ? 0x0383FBFFu : 0;
    }

    /// <summary>bt, bts, btr, btc; a bit number in a register reaches beyond the operand where that is in memory.</summary>
    private void TestBit(int operation, uint number, bool reachesFar)
    {
        var size = FullSize;
        var bits = 8 * size;
        if (!_isRegister && reachesFar)
            _address += (uint)((int)SignExtend(number, size) >> (size == 4 ? 5 : 4)) * (uint)size;
        var mask = 1u << (int)(number & (uint)(bits - 1));
        var value = ReadOperand(size);
        _carry = (value & mask) != 0;
        if (operation != 0)
            WriteOperand(size, operation == 1 ? value | mask : operation == 2 ? value & ~mask : value ^ mask);
    }

    private void CompareAndExchange(int size)
    {
        DecodeModRm();
        var value = ReadOperand(size);
        Subtract(_registers[Eax], value, 0, size);
        if (Zero)
            WriteOperand(size, ReadRegister(_register, size));
        else
            WriteRegister(Eax, size, value);
    }

    private bool CompareAndExchange8()
    {
        DecodeModRm();
        if (_isRegister || _register != 1)
            return false;
        var low = memory.Read32(_address);
        var high = memory.Read32(_address + 4);
        var isEqual = low == _registers[Eax] && high == _registers[Edx];
        if (isEqual)
        {
            memory.Write32(_address, _registers[Ebx]);
            memory.Write32(_address + 4, _registers[Ecx]);
        }
        else
        {
            _registers[Eax] = low;
            _registers[Edx] = high;
        }

        _zeroSource = isEqual ? 0u : 1u;
        return true;
    }
}
