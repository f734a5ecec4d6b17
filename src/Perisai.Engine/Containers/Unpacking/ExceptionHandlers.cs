namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// Structured exception handling of Windows on 32-bit x86, as far as it goes without unwinding: the handlers of the thread's chain are called with a
/// record, their own frame and the registers, which they may change before the program goes on.
/// </summary>
internal sealed class ExceptionHandlers(Processor processor)
{
    private const int ContextLength = 0x2CC;
    private const int RecordLength = 0x50;
    private const uint EndOfChain = uint.MaxValue;
    private const uint FullContext = 0x1003F;

    /// <summary>More than any unpacking code causes; each costs as much as thousands of instructions.</summary>
    private const int MaximumExceptions = 2000;

    private const int CostInInstructions = 5000;

    // General registers in a context.
    private static readonly (int Register, uint Offset)[] _places =
    [
        (Processor.Edi, 0x9C), (Processor.Esi, 0xA0), (Processor.Ebx, 0xA4), (Processor.Edx, 0xA8), (Processor.Ecx, 0xAC), (Processor.Eax, 0xB0),
        (Processor.Ebp, 0xB4), (Processor.Esp, 0xC4),
    ];

    private uint _frame;
    private uint _record;
    private uint _context;
    private int _count;

    /// <summary>Sends the processor to the first handler. False: there is none, or there were too many exceptions.</summary>
    public bool Raise(uint code, bool writes, uint address)
    {
        processor.Left -= CostInInstructions;
        if (++_count > MaximumExceptions)
            return false;
        try
        {
            var memory = processor.Memory;
            _frame = memory.Read32(EmulatedSystem.ThreadBlock);
            if (_frame == EndOfChain)
                return false;
            _context = processor[Processor.Esp] - 0x20 - ContextLength & ~3u;
            _record = _context - RecordLength;
            for (uint offset = 0; offset < ContextLength; offset += 4)
                memory.Write32(_context + offset, 0);
            memory.Write32(_context, FullContext);
            foreach (var (register, offset) in _places)
                memory.Write32(_context + offset, processor[register]);
            memory.Write32(_context + 0x90, 0x3B);
            memory.Write32(_context + 0x94, 0x23);
            memory.Write32(_context + 0x98, 0x23);
            memory.Write32(_context + 0xB8, processor.Pointer);
            memory.Write32(_context + 0xBC, 0x1B);
            memory.Write32(_context + 0xC0, processor.Flags & ~0x100u);
            memory.Write32(_context + 0xC8, 0x23);
            memory.Write32(_record, code);
            memory.Write32(_record + 4, 0);
            memory.Write32(_record + 8, 0);
            memory.Write32(_record + 12, processor.Pointer);
            var isAccess = code == ProcessorException.AccessViolation;
            memory.Write32(_record + 16, isAccess ? 2u : 0);
            memory.Write32(_record + 20, writes ? 1u : 0);
            memory.Write32(_record + 24, address);
            return CallHandler();
        }
        catch (ProcessorException)
        {
            return false;
        }
    }

    /// <summary>Goes on after a handler has returned. False: no handler wanted the exception.</summary>
    public bool Return()
    {
        try
        {
            var memory = processor.Memory;
            if (_context == 0)
                return false;
            if (processor[Processor.Eax] != 0)
            {
                _frame = memory.Read32(_frame);
                return _frame != EndOfChain && CallHandler();
            }

            foreach (var (register, offset) in _places)
                processor[register] = memory.Read32(_context + offset);
            processor.Pointer = memory.Read32(_context + 0xB8);
            processor.SetFlagsNow(memory.Read32(_context + 0xC0));
            return true;
        }
        catch (ProcessorException)
        {
            return false;
        }
    }

    private bool CallHandler()
    {
        var memory = processor.Memory;
        var handler = memory.Read32(_frame + 4);
        var stack = _record - 0x20;
        memory.Write32(stack, EmulatedSystem.HandlerReturn);
        memory.Write32(stack + 4, _record);
        memory.Write32(stack + 8, _frame);
        memory.Write32(stack + 12, _context);
        memory.Write32(stack + 16, 0);
        processor[Processor.Esp] = stack;
        processor[Processor.Eax] = 0;
        processor[Processor.Ecx] = handler;
        processor.SetFlagsNow(processor.Flags & ~0x500u);
        processor.Pointer = handler;
        return true;
    }
}
