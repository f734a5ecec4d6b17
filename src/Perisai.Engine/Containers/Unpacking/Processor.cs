using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// The part of a 32-bit x86 processor that unpacking code uses: integer instructions in flat memory, read from the bytes as they are at the
/// moment, as such code changes itself. Segments have base 0, but for FS. Floating point and vectors are missing but for what such code uses to
/// find out where it is.
/// Described in: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2. A state machine.
/// </summary>
internal sealed partial class Processor(EmulatedMemory memory, uint threadBlock)
{
    public const int Eax = 0;
    public const int Ecx = 1;
    public const int Edx = 2;
    public const int Ebx = 3;
    public const int Esp = 4;
    public const int Ebp = 5;
    public const int Esi = 6;
    public const int Edi = 7;

    private readonly uint[] _registers = new uint[8];

    // The page that is executed.
    private byte[] _code = [];
    private uint _codeStart;
    private uint _codeLength;
    private uint _pageStart;

    // Of the instruction.
    private uint _next;
    private uint _segment;
    private bool _isShort;
    private bool _isShortAddress;
    private Repeat _repeat;

    private enum Repeat : byte
    {
        None,
        WhileEqual,
        WhileNotEqual,
    }

    /// <summary>What ended a run.</summary>
    public enum Stop : byte
    {
        /// <summary>The next instruction is not in the page that was set.</summary>
        LeftPage,

        /// <summary>No instructions left.</summary>
        Spent,

        /// <summary>An instruction that this processor does not have.</summary>
        Unsupported,

        /// <summary>A single step was asked for by the trap flag.</summary>
        Trap,
    }

    public EmulatedMemory Memory => memory;

    /// <summary>The instruction pointer.</summary>
    public uint Pointer { get; set; }

    /// <summary>Instructions, or steps of repeated ones, that may be executed.</summary>
    public long Left { get; set; }

    public uint this[int register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    /// <summary>Sets the page in which <see cref="Run"/> goes on: part of a region.</summary>
    public void SetPage(MemoryRegion region)
    {
        _code = region.Bytes;
        var offset = (Pointer - region.Start) & ~((1u << MemoryRegion.PageBits) - 1);
        _codeStart = region.Start;
        _pageStart = region.Start + offset;
        _codeLength = Math.Min(1u << MemoryRegion.PageBits, (uint)region.Length - offset);
    }

    /// <summary>Executes instructions as long as they are in the page.</summary>
    /// <exception cref="ProcessorException">What the instruction at <see cref="Pointer"/> caused; registers are as before it.</exception>
    public Stop Run()
    {
        while (Pointer - _pageStart < _codeLength)
        {
            if (--Left < 0)
                return Stop.Spent;
            _next = Pointer;
            _segment = 0;
            _isShort = _isShortAddress = false;
            _repeat = Repeat.None;
            if (!Execute(Fetch8()))
                return Stop.Unsupported;
            Pointer = _next;
            if (_trap && --_trapDelay < 0)
            {
                _trap = false;
                return Stop.Trap;
            }
        }

        return Stop.LeftPage;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Fetch8() => _code[_next++ - _codeStart];

    private ushort Fetch16()
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(CodeAt());
        _next += 2;
        return value;
    }

    private uint Fetch32()
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(CodeAt());
        _next += 4;
        return value;
    }

    /// <summary>An immediate value of an operand's size; a byte is not extended.</summary>
    private uint FetchImmediate(int size) => size switch
    {
        1 => Fetch8(),
        2 => Fetch16(),
        _ => Fetch32(),
    };

    private uint FetchSigned8() => (uint)(sbyte)Fetch8();

    /// <summary>Sixteen bytes behind a region's end are readable, and no instruction that is executed is longer than fifteen.</summary>
    private ReadOnlySpan<byte> CodeAt()
    {
        var offset = _next - _codeStart;
        return offset <= (uint)_code.Length - 4
            ? _code.AsSpan((int)offset) : throw new ProcessorException(ProcessorException.AccessViolation, false, _next);
    }

    private void Push(uint value)
    {
        if (_isShort)
        {
            memory.Write16(_registers[Esp] - 2, (ushort)value);
            _registers[Esp] -= 2;
            return;
        }

        memory.Write32(_registers[Esp] - 4, value);
        _registers[Esp] -= 4;
    }

    private uint Pop()
    {
        if (_isShort)
        {
            _registers[Esp] += 2;
            try
            {
                return memory.Read16(_registers[Esp] - 2);
            }
            catch (ProcessorException)
            {
                _registers[Esp] -= 2;
                throw;
            }
        }

        var value = memory.Read32(_registers[Esp]);
        _registers[Esp] += 4;
        return value;
    }
}
