namespace Perisai.Engine.Containers.Unpacking;

/// <summary>Instructions of one byte, and the groups that ModRM chooses from. A table.</summary>
internal sealed partial class Processor
{
    /// <summary>Prefixes before one instruction; the real processor takes no instruction of more than 15 bytes.</summary>
    private const int MaximumPrefixes = 14;

    /// <summary>False: this processor does not have it.</summary>
    private bool Execute(byte opcode)
    {
        for (var prefixes = 0; prefixes < MaximumPrefixes; prefixes++)
        {
            switch (opcode)
            {
                case 0x26 or 0x2E or 0x36 or 0x3E:
                    _segment = 0;
                    break;
                case 0x64:
                    _segment = threadBlock;
                    break;
                case 0x66:
                    _isShort = true;
                    break;
                case 0x67:
                    _isShortAddress = true;
                    break;
                case 0xF0:
                    break;
                case 0xF2:
                    _repeat = Repeat.WhileNotEqual;
                    break;
                case 0xF3:
                    _repeat = Repeat.WhileEqual;
                    break;
                default:
                    return ExecuteOneByte(opcode);
            }

            opcode = Fetch8();
        }

        throw new ProcessorException(ProcessorException.IllegalInstruction);
    }

    private bool ExecuteOneByte(byte opcode)
    {
        switch (opcode)
        {
            case < 0x40 when (opcode & 7) < 6:
                ExecuteArithmetic(opcode);
                return true;
            case 0x0F:
                return ExecuteTwoBytes(Fetch8());
            case 0x06 or 0x0E or 0x16 or 0x1E:
                Push(opcode == 0x0E ? 0x1Bu : 0x23);
                return true;
            case 0x07 or 0x17 or 0x1F:
                Pop();
                return true;
            case 0x27 or 0x2F:
                AdjustPacked(opcode == 0x2F);
                return true;
            case 0x37 or 0x3F:
                AdjustUnpacked(opcode == 0x3F);
                return true;
            case < 0x50:
                WriteRegister(opcode & 7, FullSize, Step(_registers[opcode & 7], FullSize, opcode >= 0x48));
                return true;
            case < 0x58:
                Push(_registers[opcode & 7]);
                return true;
            case < 0x60:
                WriteRegister(opcode & 7, FullSize, Pop());
                return true;
            case 0x60:
                PushAll();
                return true;
            case 0x61:
                PopAll();
                return true;
            case 0x62:
                CheckBounds();
                return true;
            case 0x68:
                Push(FetchImmediate(FullSize));
                return true;
            case 0x69 or 0x6B:
                DecodeModRm();
                var factor = ReadOperand(FullSize);
                WriteRegister(_register, FullSize, MultiplySigned(factor, opcode == 0x6B ? FetchSigned8() : FetchImmediate(FullSize), FullSize));
                return true;
            case 0x6A:
                Push(FetchSigned8());
                return true;
            case 0x6C or 0x6D or 0x6E or 0x6F or >= 0xE4 and <= 0xE7 or >= 0xEC and <= 0xEF or 0xF4 or 0xFA or 0xFB:
                throw new ProcessorException(ProcessorException.PrivilegedInstruction);
            case >= 0x70 and < 0x80:
                var near = FetchSigned8();
                if (Holds(opcode & 15))
                    Jump(_next + near);
                return true;
            case >= 0x80 and < 0x84:
                ExecuteImmediate(opcode);
                return true;
            case 0x84 or 0x85:
                DecodeModRm();
                SetLogic(ReadOperand(SizeOf(opcode)) & ReadRegister(_register, SizeOf(opcode)), SizeOf(opcode));
                return true;
            case 0x86 or 0x87:
                DecodeModRm();
                var exchanged = ReadOperand(SizeOf(opcode));
                WriteOperand(SizeOf(opcode), ReadRegister(_register, SizeOf(opcode)));
                WriteRegister(_register, SizeOf(opcode), exchanged);
                return true;
            case 0x88 or 0x89:
                DecodeModRm();
                WriteOperand(SizeOf(opcode), ReadRegister(_register, SizeOf(opcode)));
                return true;
            case 0x8A or 0x8B:
                DecodeModRm();
                WriteRegister(_register, SizeOf(opcode), ReadOperand(SizeOf(opcode)));
                return true;
            case 0x8C:
                DecodeModRm();
                WriteOperand(_isRegister ? FullSize : 2, _register switch { 1 => 0x1Bu, 4 => 0x3B, 5 => 0, _ => 0x23 });
                return true;
            case 0x8D:
                DecodeModRm();
                if (_isRegister)
                    throw new ProcessorException(ProcessorException.IllegalInstruction);
                // No segment has a part in it.
                WriteRegister(_register, FullSize, _address - _segment);
                return true;
            case 0x8E:
                DecodeModRm();
                ReadOperand(2);
                return true;
            case 0x8F:
                PopOperand();
                return true;
            case < 0x98:
                var other = _registers[opcode & 7];
                WriteRegister(opcode & 7, FullSize, _registers[Eax]);
                WriteRegister(Eax, FullSize, other);
                return true;
            case 0x98:
                WriteRegister(Eax, FullSize, SignExtend(_registers[Eax], FullSize / 2));
                return true;
            case 0x99:
                WriteRegister(Edx, FullSize, (int)SignExtend(_registers[Eax], FullSize) < 0 ? uint.MaxValue : 0);
                return true;
            case 0x9B:
                return true;
            case 0x9C:
                Push(Flags);
                return true;
            case 0x9D:
                Flags = _isShort ? Flags & 0xFFFF0000 | Pop() : Pop();
                return true;
            case 0x9E:
                SetLowFlags(_registers[Eax] >> 8);
                return true;
            case 0x9F:
                WriteRegister(Eax + 4, 1, Flags & 0xD7);
                return true;
            case >= 0xA0 and <= 0xA3:
                var place = (_isShortAddress ? Fetch16() : Fetch32()) + _segment;
                if (opcode < 0xA2)
                    WriteRegister(Eax, SizeOf(opcode), ReadMemory(place, SizeOf(opcode)));
                else
                    WriteMemory(place, SizeOf(opcode), _registers[Eax]);
                return true;
            case >= 0xA4 and <= 0xA7 or >= 0xAA and <= 0xAF:
                ExecuteString(opcode);
                return true;
            case 0xA8 or 0xA9:
                SetLogic(_registers[Eax] & FetchImmediate(SizeOf(opcode)), SizeOf(opcode));
                return true;
            case < 0xB8:
                WriteRegister(opcode & 7, 1, Fetch8());
                return true;
            case < 0xC0:
                WriteRegister(opcode & 7, FullSize, FetchImmediate(FullSize));
                return true;
            case 0xC0 or 0xC1 or >= 0xD0 and <= 0xD3:
                DecodeModRm();
                var count = opcode < 0xD0 ? Fetch8() : opcode < 0xD2 ? 1 : (int)(byte)_registers[Ecx];
                WriteOperand(SizeOf(opcode), Shift(_register, ReadOperand(SizeOf(opcode)), count, SizeOf(opcode)));
                return true;
            case 0xC2 or 0xC3:
                var released = opcode == 0xC2 ? Fetch16() : (uint)0;
                Jump(Pop());
                _registers[Esp] += released;
                return true;
            case 0xC6 or 0xC7:
                DecodeModRm();
                if (_register != 0)
                    throw new ProcessorException(ProcessorException.IllegalInstruction);
                WriteOperand(SizeOf(opcode), FetchImmediate(SizeOf(opcode)));
                return true;
            case 0xC8:
                return Enter();
            case 0xC9:
                _registers[Esp] = _registers[Ebp];
                WriteRegister(Ebp, FullSize, Pop());
                return true;
            case 0xCC:
                throw new ProcessorException(ProcessorException.Breakpoint);
            case 0xCD:
                // The debugger's, which Windows turns into a breakpoint; all others are not to be called.
                throw new ProcessorException(
                    Fetch8() == 0x2D ? ProcessorException.Breakpoint : ProcessorException.AccessViolation, false, uint.MaxValue);
            case 0xCE:
                return _overflow ? throw new ProcessorException(ProcessorException.IntegerOverflow) : true;
            case 0xD4:
                var unit = Fetch8();
                if (unit == 0)
                    throw new ProcessorException(ProcessorException.DivisionByZero);
                var low = (byte)_registers[Eax];
                WriteRegister(Eax, 2, (uint)(low / unit) << 8 | (uint)(low % unit));
                SetResult((uint)(low % unit), 1);
                return true;
            case 0xD5:
                WriteRegister(Eax, 2, (byte)((byte)_registers[Eax] + (byte)(_registers[Eax] >> 8) * Fetch8()));
                SetResult((byte)_registers[Eax], 1);
                return true;
            case 0xD6:
                WriteRegister(Eax, 1, _carry ? 0xFFu : 0);
                return true;
            case 0xD7:
                WriteRegister(Eax, 1, memory.Read8(_registers[Ebx] + (byte)_registers[Eax] + _segment));
                return true;
            case >= 0xD8 and <= 0xDF:
                return ExecuteFloating(opcode);
            case >= 0xE0 and <= 0xE3:
                ExecuteLoop(opcode);
                return true;
            case 0xE8 or 0xE9:
                var distance = _isShort ? SignExtend(Fetch16(), 2) : Fetch32();
                if (opcode == 0xE8)
                    Push(_next);
                Jump(_next + distance);
                return true;
            case 0xEB:
                var shortDistance = FetchSigned8();
                Jump(_next + shortDistance);
                return true;
            case 0xF1:
                throw new ProcessorException(ProcessorException.SingleStep);
            case 0xF5:
                _carry = !_carry;
                return true;
            case 0xF6 or 0xF7:
                ExecuteUnary(opcode);
                return true;
            case 0xF8 or 0xF9:
                _carry = opcode == 0xF9;
                return true;
            case 0xFC or 0xFD:
                _direction = opcode == 0xFD;
                return true;
            case 0xFE or 0xFF:
                return ExecuteLastGroup(opcode);
            default:
                return false;
        }
    }

    private void Jump(uint address) => _next = _isShort ? address & 0xFFFF : address;

    /// <summary>The eight operations in their six forms.</summary>
    private void ExecuteArithmetic(byte opcode)
    {
        var operation = opcode >> 3;
        var size = SizeOf(opcode);
        uint result;
        switch (opcode & 7)
        {
            case < 2:
                DecodeModRm();
                result = Compute(operation, ReadOperand(size), ReadRegister(_register, size), size);
                if (operation != 7)
                    WriteOperand(size, result);
                break;
            case < 4:
                DecodeModRm();
                result = Compute(operation, ReadRegister(_register, size), ReadOperand(size), size);
                if (operation != 7)
                    WriteRegister(_register, size, result);
                break;
            default:
                result = Compute(operation, ReadRegister(Eax, size), FetchImmediate(size), size);
                if (operation != 7)
                    WriteRegister(Eax, size, result);
                break;
        }
    }

    private void ExecuteImmediate(byte opcode)
    {
        var size = SizeOf(opcode);
        DecodeModRm();
        var immediate = opcode == 0x81 ? FetchImmediate(size) : FetchSigned8();
        var operation = _register;
        var result = Compute(operation, ReadOperand(size), immediate, size);
        if (operation != 7)
            WriteOperand(size, result);
    }

    private void ExecuteUnary(byte opcode)
    {
        var size = SizeOf(opcode);
        DecodeModRm();
        var value = ReadOperand(size);
        switch (_register)
        {
            case < 2:
                SetLogic(value & FetchImmediate(size), size);
                break;
            case 2:
                WriteOperand(size, ~value);
                break;
            case 3:
                WriteOperand(size, Subtract(0, value, 0, size));
                break;
            case < 6:
                Multiply(value, size, _register == 5);
                break;
            default:
                Divide(value, size, _register == 7);
                break;
        }
    }

    private bool ExecuteLastGroup(byte opcode)
    {
        var size = SizeOf(opcode);
        DecodeModRm();
        if (opcode == 0xFE && _register > 1 || _register == 7)
            throw new ProcessorException(ProcessorException.IllegalInstruction);
        switch (_register)
        {
            case < 2:
                WriteOperand(size, Step(ReadOperand(size), size, _register == 1));
                return true;
            case 2:
                var target = ReadOperand(size);
                Push(_next);
                Jump(target);
                return true;
            case 4:
                Jump(ReadOperand(size));
                return true;
            case 6:
                Push(ReadOperand(size));
                return true;
            default:
                return false;
        }
    }

    private void ExecuteLoop(byte opcode)
    {
        var distance = FetchSigned8();
        var size = _isShortAddress ? 2 : 4;
        bool taken;
        if (opcode == 0xE3)
        {
            taken = ReadRegister(Ecx, size) == 0;
        }
        else
        {
            WriteRegister(Ecx, size, _registers[Ecx] - 1);
            taken = ReadRegister(Ecx, size) != 0 && (opcode == 0xE2 || Zero == (opcode == 0xE1));
        }

        if (taken)
            Jump(_next + distance);
    }

    private void PushAll()
    {
        var stack = _registers[Esp];
        for (var register = Eax; register <= Edi; register++)
            Push(register == Esp ? stack : _registers[register]);
    }

    private void PopAll()
    {
        for (var register = Edi; register >= Eax; register--)
        {
            var value = Pop();
            if (register != Esp)
                WriteRegister(register, FullSize, value);
        }
    }

    private void PopOperand()
    {
        // An address that ESP is part of is that after the pop.
        var value = Pop();
        DecodeModRm();
        WriteOperand(FullSize, value);
    }

    private bool Enter()
    {
        var room = Fetch16();
        if ((Fetch8() & 31) != 0)
            return false;
        Push(_registers[Ebp]);
        _registers[Ebp] = _registers[Esp];
        _registers[Esp] -= room;
        return true;
    }

    private void CheckBounds()
    {
        DecodeModRm();
        if (_isRegister)
            throw new ProcessorException(ProcessorException.IllegalInstruction);
        var index = (int)SignExtend(_registers[_register], FullSize);
        if (index < (int)SignExtend(ReadMemory(_address, FullSize), FullSize)
            || index > (int)SignExtend(ReadMemory(_address + (uint)FullSize, FullSize), FullSize))
            throw new ProcessorException(ProcessorException.ArrayBounds);
    }

    /// <summary>What of floating point serves to find out where the code is, or does nothing.</summary>
    private bool ExecuteFloating(byte opcode)
    {
        var at = Pointer;
        DecodeModRm();
        if (_isRegister)
        {
            switch (opcode)
            {
                case 0xDB when _register == 4:
                    return true;
                case 0xDF when _register == 4 && _operand == 0:
                    WriteRegister(Eax, 2, 0);
                    return true;
                case 0xD9:
                    _floatingPointer = at;
                    return true;
                default:
                    return false;
            }
        }

        switch (opcode)
        {
            case 0xD9 when _register == 6:
                for (var index = 0u; index < 28; index += 4)
                    memory.Write32(_address + index, index == 12 ? _floatingPointer : index == 0 ? 0xFFFF037F : 0xFFFFFFFF);
                return true;
            case 0xD9 when _register == 7:
                memory.Write16(_address, 0x37F);
                return true;
            case 0xD9 when _register == 5:
                memory.Read16(_address);
                return true;
            default:
                return false;
        }
    }

    private uint _floatingPointer;
}
