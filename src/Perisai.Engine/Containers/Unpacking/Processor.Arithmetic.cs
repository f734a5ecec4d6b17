using System.Numerics;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>Arithmetic and the flags that it sets. Zero, sign and parity are kept as the results that they come from.</summary>
internal sealed partial class Processor
{
    private const uint CarryFlag = 1;
    private const uint ParityFlag = 4;
    private const uint AuxiliaryFlag = 0x10;
    private const uint ZeroFlag = 0x40;
    private const uint SignFlag = 0x80;
    private const uint TrapFlag = 0x100;
    private const uint DirectionFlag = 0x400;
    private const uint OverflowFlag = 0x800;

    private bool _carry;
    private bool _overflow;
    private bool _auxiliary;
    private uint _zeroSource = 1;
    private uint _signSource;
    private uint _paritySource = 1;
    private bool _direction;
    private bool _trap;
    private int _trapDelay;

    public uint Flags
    {
        get => 0x202 | (_carry ? CarryFlag : 0) | (Parity ? ParityFlag : 0) | (_auxiliary ? AuxiliaryFlag : 0) | (Zero ? ZeroFlag : 0)
            | (Sign ? SignFlag : 0) | (_trap ? TrapFlag : 0) | (_direction ? DirectionFlag : 0) | (_overflow ? OverflowFlag : 0);
        set
        {
            SetLowFlags(value);
            _direction = (value & DirectionFlag) != 0;
            _overflow = (value & OverflowFlag) != 0;
            // The instruction after the one that sets it is executed first.
            _trap = (value & TrapFlag) != 0;
            _trapDelay = 1;
        }
    }

    /// <summary>Sets the flags as an interrupt's return does: a trap comes after the next instruction, not after the one that follows it.</summary>
    public void SetFlagsNow(uint value)
    {
        Flags = value;
        _trapDelay = 0;
    }

    private bool Zero => _zeroSource == 0;

    private bool Sign => (int)_signSource < 0;

    private bool Parity => (BitOperations.PopCount(_paritySource & 0xFF) & 1) == 0;

    private void SetLowFlags(uint value)
    {
        _carry = (value & CarryFlag) != 0;
        _auxiliary = (value & AuxiliaryFlag) != 0;
        _paritySource = (value & ParityFlag) != 0 ? 0u : 1u;
        _zeroSource = (value & ZeroFlag) != 0 ? 0u : 1u;
        _signSource = (value & SignFlag) != 0 ? 0x80000000 : 0;
    }

    /// <summary>Whether a condition (the low four bits of an opcode) holds.</summary>
    private bool Holds(int condition)
    {
        var holds = (condition >> 1 & 7) switch
        {
            0 => _overflow,
            1 => _carry,
            2 => Zero,
            3 => _carry || Zero,
            4 => Sign,
            5 => Parity,
            6 => Sign != _overflow,
            _ => Zero || Sign != _overflow,
        };
        return holds != ((condition & 1) != 0);
    }

    private void SetResult(uint result, int size) => _zeroSource = _signSource = _paritySource = SignExtend(result, size);

    /// <summary>One of the eight operations of the first opcodes: add, or, adc, sbb, and, sub, xor, cmp.</summary>
    private uint Compute(int operation, uint left, uint right, int size) => operation switch
    {
        0 => Add(left, right, 0, size),
        1 => SetLogic(left | right, size),
        2 => Add(left, right, _carry ? 1u : 0, size),
        3 => Subtract(left, right, _carry ? 1u : 0, size),
        4 => SetLogic(left & right, size),
        6 => SetLogic(left ^ right, size),
        _ => Subtract(left, right, 0, size),
    };

    private uint SetLogic(uint result, int size)
    {
        _carry = _overflow = _auxiliary = false;
        SetResult(result, size);
        return result;
    }

    private uint Add(uint left, uint right, uint carry, int size)
    {
        var wide = (ulong)Truncate(left, size) + Truncate(right, size) + carry;
        var result = Truncate((uint)wide, size);
        _carry = wide >> (8 * size) != 0;
        _overflow = (SignExtend((left ^ result) & (right ^ result), size) & 0x80000000) != 0;
        _auxiliary = ((left ^ right ^ result) & 0x10) != 0;
        SetResult(result, size);
        return result;
    }

    private uint Subtract(uint left, uint right, uint borrow, int size)
    {
        left = Truncate(left, size);
        right = Truncate(right, size);
        var result = Truncate(left - right - borrow, size);
        _carry = left < (ulong)right + borrow;
        _overflow = (SignExtend((left ^ right) & (left ^ result), size) & 0x80000000) != 0;
        _auxiliary = ((left ^ right ^ result) & 0x10) != 0;
        SetResult(result, size);
        return result;
    }

    /// <summary>Increment and decrement leave the carry alone.</summary>
    private uint Step(uint value, int size, bool down)
    {
        var carry = _carry;
        var result = down ? Subtract(value, 1, 0, size) : Add(value, 1, 0, size);
        _carry = carry;
        return result;
    }

    /// <summary>One of rol, ror, rcl, rcr, shl, shr, sal, sar.</summary>
    private uint Shift(int operation, uint value, int count, int size)
    {
        count &= 31;
        if (count == 0)
            return value;
        var bits = 8 * size;
        value = Truncate(value, size);
        switch (operation)
        {
            case 0:
            {
                var by = count % bits;
                var result = Truncate(by == 0 ? value : value << by | value >> (bits - by), size);
                _carry = (result & 1) != 0;
                _overflow = (result >> (bits - 1) & 1) != 0 != _carry;
                return result;
            }

            case 1:
            {
                var by = count % bits;
                var result = Truncate(by == 0 ? value : value >> by | value << (bits - by), size);
                _carry = (result >> (bits - 1) & 1) != 0;
                _overflow = ((result >> (bits - 1) ^ result >> (bits - 2)) & 1) != 0;
                return result;
            }

            case 2:
                for (count %= bits + 1; count > 0; count--)
                {
                    var carried = _carry;
                    _carry = (value >> (bits - 1) & 1) != 0;
                    value = Truncate(value << 1 | (carried ? 1u : 0), size);
                }

                _overflow = (value >> (bits - 1) & 1) != 0 != _carry;
                return value;
            case 3:
                for (count %= bits + 1; count > 0; count--)
                {
                    var carried = _carry;
                    _carry = (value & 1) != 0;
                    value = value >> 1 | (carried ? 1u << (bits - 1) : 0);
                }

                _overflow = ((value >> (bits - 1) ^ value >> (bits - 2)) & 1) != 0;
                return value;
            case 5:
            {
                var result = value >> count;
                _carry = (value >> (count - 1) & 1) != 0;
                _overflow = (value >> (bits - 1) & 1) != 0;
                SetResult(result, size);
                return result;
            }

            case 7:
            {
                var extended = (int)SignExtend(value, size);
                var result = Truncate((uint)(extended >> count), size);
                _carry = (extended >> (count - 1) & 1) != 0;
                _overflow = false;
                SetResult(result, size);
                return result;
            }

            default:
            {
                var wide = (ulong)value << count;
                var result = Truncate((uint)wide, size);
                _carry = (wide >> bits & 1) != 0;
                _overflow = (result >> (bits - 1) & 1) != 0 != _carry;
                SetResult(result, size);
                return result;
            }
        }
    }

    /// <summary>shld and shrd: bits of another register come in.</summary>
    private uint ShiftDouble(uint value, uint other, int count, int size, bool left)
    {
        count &= 31;
        var bits = 8 * size;
        // More than the operand has is undefined for 16 bits.
        if (count == 0 || count > bits)
            return value;
        var both = left ? (ulong)Truncate(value, size) << bits | Truncate(other, size) : (ulong)Truncate(other, size) << bits | Truncate(value, size);
        var result = Truncate((uint)(left ? both >> (bits - count) : both >> count), size);
        _carry = (left ? both >> (2 * bits - count) : both >> (count - 1) & 1) % 2 != 0;
        _overflow = (SignExtend(value ^ result, size) & 0x80000000) != 0;
        SetResult(result, size);
        return result;
    }

    private void Multiply(uint value, int size, bool signed)
    {
        var product = signed
            ? (ulong)((long)(int)SignExtend(_registers[Eax], size) * (int)SignExtend(value, size))
            : (ulong)Truncate(_registers[Eax], size) * Truncate(value, size);
        var low = Truncate((uint)product, size);
        var high = Truncate((uint)(product >> (8 * size)), size);
        if (size == 1)
        {
            WriteRegister(Eax, 2, (uint)product);
        }
        else
        {
            WriteRegister(Eax, size, low);
            WriteRegister(Edx, size, high);
        }

        SetResult(low, size);
        _carry = _overflow = signed ? (long)product != (int)SignExtend(low, size) : high != 0;
    }

    private uint MultiplySigned(uint left, uint right, int size)
    {
        var product = (long)(int)SignExtend(left, size) * (int)SignExtend(right, size);
        var result = Truncate((uint)product, size);
        SetResult(result, size);
        _carry = _overflow = product != (int)SignExtend(result, size);
        return result;
    }

    private void Divide(uint value, int size, bool signed)
    {
        var divisor = signed ? (int)SignExtend(value, size) : (long)Truncate(value, size);
        if (divisor == 0)
            throw new ProcessorException(ProcessorException.DivisionByZero);
        var dividend = size switch
        {
            1 => signed ? (short)_registers[Eax] : (ushort)_registers[Eax],
            2 => (long)((ulong)(ushort)_registers[Edx] << 16 | (ushort)_registers[Eax]),
            _ => (long)((ulong)_registers[Edx] << 32 | _registers[Eax]),
        };
        if (size == 2 && signed)
            dividend = (int)dividend;
        ulong quotient;
        ulong rest;
        if (signed)
        {
            // The least number by -1 has no result in 64 bits either.
            if (divisor == -1 && dividend == long.MinValue || dividend / divisor != (int)SignExtend((uint)(dividend / divisor), size))
                throw new ProcessorException(ProcessorException.IntegerOverflow);
            (quotient, rest) = ((ulong)(dividend / divisor), (ulong)(dividend % divisor));
        }
        else
        {
            (quotient, rest) = Math.DivRem((ulong)dividend, (ulong)divisor);
            if (quotient >> (8 * size) != 0)
                throw new ProcessorException(ProcessorException.IntegerOverflow);
        }

        if (size == 1)
        {
            WriteRegister(Eax, 2, (byte)quotient | (uint)(byte)rest << 8);
            return;
        }

        WriteRegister(Eax, size, (uint)quotient);
        WriteRegister(Edx, size, (uint)rest);
    }

    /// <summary>daa and das.</summary>
    private void AdjustPacked(bool subtract)
    {
        var old = (byte)_registers[Eax];
        var value = old;
        var carry = _carry;
        if ((old & 15) > 9 || _auxiliary)
        {
            value = (byte)(subtract ? value - 6 : value + 6);
            carry |= subtract ? old < 6 : old > 0xF9;
            _auxiliary = true;
        }
        else
        {
            _auxiliary = false;
        }

        if (old > 0x99 || _carry)
        {
            value = (byte)(subtract ? value - 0x60 : value + 0x60);
            carry = true;
        }

        _carry = carry;
        WriteRegister(Eax, 1, value);
        SetResult(value, 1);
    }

    /// <summary>aaa and aas.</summary>
    private void AdjustUnpacked(bool subtract)
    {
        var adjust = (_registers[Eax] & 15) > 9 || _auxiliary;
        if (adjust)
            WriteRegister(Eax, 2, subtract ? _registers[Eax] - 0x106 : _registers[Eax] + 0x106);
        _carry = _auxiliary = adjust;
        WriteRegister(Eax, 1, _registers[Eax] & 15);
    }
}
