namespace Perisai.Engine.Containers.Unpacking;

/// <summary>Operands: registers of three sizes, and memory by ModRM and SIB.</summary>
internal sealed partial class Processor
{
    private bool _isRegister;
    private int _register;
    private int _operand;
    private uint _address;

    /// <summary>The size that an opcode's lowest bit chooses.</summary>
    private int SizeOf(int opcode) => (opcode & 1) == 0 ? 1 : _isShort ? 2 : 4;

    private int FullSize => _isShort ? 2 : 4;

    /// <summary>Reads ModRM and whatever belongs to it: then <see cref="ReadOperand"/> and <see cref="WriteOperand"/> have their place.</summary>
    private void DecodeModRm()
    {
        int byteValue = Fetch8();
        var mode = byteValue >> 6;
        _register = (byteValue >> 3) & 7;
        _operand = byteValue & 7;
        _isRegister = mode == 3;
        if (_isRegister)
            return;
        _address = (_isShortAddress ? ShortAddress(mode) : LongAddress(mode)) + _segment;
    }

    private uint LongAddress(int mode)
    {
        uint address;
        if (_operand == 4)
        {
            int sib = Fetch8();
            var index = (sib >> 3) & 7;
            address = (sib & 7) == 5 && mode == 0 ? Fetch32() : _registers[sib & 7];
            if (index != 4)
                address += _registers[index] << (sib >> 6);
        }
        else if (_operand == 5 && mode == 0)
        {
            return Fetch32();
        }
        else
        {
            address = _registers[_operand];
        }

        return mode switch
        {
            1 => address + FetchSigned8(),
            2 => address + Fetch32(),
            _ => address,
        };
    }

    private uint ShortAddress(int mode)
    {
        if (mode == 0 && _operand == 6)
            return Fetch16();
        var address = _operand switch
        {
            0 => _registers[Ebx] + _registers[Esi],
            1 => _registers[Ebx] + _registers[Edi],
            2 => _registers[Ebp] + _registers[Esi],
            3 => _registers[Ebp] + _registers[Edi],
            4 => _registers[Esi],
            5 => _registers[Edi],
            6 => _registers[Ebp],
            _ => _registers[Ebx],
        };
        return (ushort)(mode switch
        {
            1 => address + FetchSigned8(),
            2 => address + Fetch16(),
            _ => address,
        });
    }

    private uint ReadOperand(int size) => _isRegister ? ReadRegister(_operand, size) : ReadMemory(_address, size);

    private void WriteOperand(int size, uint value)
    {
        if (_isRegister)
            WriteRegister(_operand, size, value);
        else
            WriteMemory(_address, size, value);
    }

    private uint ReadMemory(uint address, int size) => size switch
    {
        1 => memory.Read8(address),
        2 => memory.Read16(address),
        _ => memory.Read32(address),
    };

    private void WriteMemory(uint address, int size, uint value)
    {
        switch (size)
        {
            case 1:
                memory.Write8(address, (byte)value);
                break;
            case 2:
                memory.Write16(address, (ushort)value);
                break;
            default:
                memory.Write32(address, value);
                break;
        }
    }

    private uint ReadRegister(int number, int size) => size switch
    {
        1 => number < 4 ? (byte)_registers[number] : (byte)(_registers[number & 3] >> 8),
        2 => (ushort)_registers[number],
        _ => _registers[number],
    };

    private void WriteRegister(int number, int size, uint value)
    {
        switch (size)
        {
            case 1 when number < 4:
                _registers[number] = _registers[number] & 0xFFFFFF00 | (byte)value;
                break;
            case 1:
                _registers[number & 3] = _registers[number & 3] & 0xFFFF00FF | (uint)(byte)value << 8;
                break;
            case 2:
                _registers[number] = _registers[number] & 0xFFFF0000 | (ushort)value;
                break;
            default:
                _registers[number] = value;
                break;
        }
    }

    private static uint SignExtend(uint value, int size) => size switch
    {
        1 => (uint)(sbyte)value,
        2 => (uint)(short)value,
        _ => value,
    };

    private static uint Truncate(uint value, int size) => size switch
    {
        1 => (byte)value,
        2 => (ushort)value,
        _ => value,
    };
}
