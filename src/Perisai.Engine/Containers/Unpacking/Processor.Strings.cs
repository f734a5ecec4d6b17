namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// String instructions. Each step of a repeated one counts as an instruction; one that is cut by a fault or by the limit goes on where it was.
/// </summary>
internal sealed partial class Processor
{
    private void ExecuteString(byte opcode)
    {
        var size = SizeOf(opcode);
        var step = _direction ? (uint)-size : (uint)size;
        var compares = opcode is 0xA6 or 0xA7 or 0xAE or 0xAF;
        if (_repeat == Repeat.None)
        {
            StepString(opcode, size, step);
            return;
        }

        var addressSize = _isShortAddress ? 2 : 4;
        while (ReadRegister(Ecx, addressSize) != 0)
        {
            StepString(opcode, size, step);
            WriteRegister(Ecx, addressSize, _registers[Ecx] - 1);
            if (compares && Zero != (_repeat == Repeat.WhileEqual))
                return;
            if (--Left < 0)
            {
                // The same instruction once more, if there is a next time.
                _next = Pointer;
                return;
            }
        }
    }

    private void StepString(byte opcode, int size, uint step)
    {
        switch (opcode & 0xFE)
        {
            case 0xA4:
                WriteMemory(_registers[Edi], size, ReadMemory(_registers[Esi] + _segment, size));
                _registers[Esi] += step;
                _registers[Edi] += step;
                break;
            case 0xA6:
                Subtract(ReadMemory(_registers[Esi] + _segment, size), ReadMemory(_registers[Edi], size), 0, size);
                _registers[Esi] += step;
                _registers[Edi] += step;
                break;
            case 0xAA:
                WriteMemory(_registers[Edi], size, _registers[Eax]);
                _registers[Edi] += step;
                break;
            case 0xAC:
                WriteRegister(Eax, size, ReadMemory(_registers[Esi] + _segment, size));
                _registers[Esi] += step;
                break;
            default:
                Subtract(_registers[Eax], ReadMemory(_registers[Edi], size), 0, size);
                _registers[Edi] += step;
                break;
        }
    }
}
