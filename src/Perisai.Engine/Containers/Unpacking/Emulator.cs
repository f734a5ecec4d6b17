namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// Runs a packed program until what it has unpacked begins to run. Code that was written and is then executed is a layer: each time the program
/// enters a page that it has written, the image is kept as it is at that moment. The last one kept, when the program calls a function that
/// unpacking code has no use for, is the unpacked program, and where it was entered is its entry point.
/// </summary>
internal sealed class Emulator : IDisposable
{
    /// <summary>Layers that are kept, of pages in the section where the program began and elsewhere.</summary>
    private const int MaximumLayers = 64;

    /// <summary>Bytes copied for all layers together.</summary>
    private const long MaximumCopied = 512L << 20;

    /// <summary>Instructions between two looks at the clock.</summary>
    private const long Portion = 1 << 20;

    /// <summary>A function was called that unpacking code has no use for.</summary>
    private const string ProgramRuns = "function of the program";

    private readonly LoadedProgram _program;
    private readonly EmulatedSystem _system;
    private readonly Processor _processor;
    private readonly ExceptionHandlers _handlers;
    private readonly ScanBudget _budget;
    private readonly uint _ownPage;
    private readonly uint _ownPages;
    private readonly bool[] _entered;
    private bool _wasOwn = true;
    private byte[]? _layer;
    private int _layers;

    public Emulator(LoadedProgram program, ScanBudget budget)
    {
        _program = program;
        _budget = budget;
        _system = new EmulatedSystem(program);
        program.ResolveImports(_system);
        _processor = new Processor(program.Memory, EmulatedSystem.ThreadBlock)
        {
            Pointer = program.EntryPoint,
            [Processor.Eax] = program.EntryPoint,
            [Processor.Ebx] = EmulatedSystem.ThreadBlock + 0x1000,
            [Processor.Ecx] = 0,
            [Processor.Edx] = program.EntryPoint,
            [Processor.Esp] = _system.StackPointer,
            [Processor.Ebp] = _system.StackPointer + 0x28,
        };
        LayerEntry = program.EntryPoint;
        _entered = new bool[program.Memory.Image.Written.Length];
        (_ownPage, _ownPages) = program.PagesAround(program.EntryPoint);
        _handlers = new ExceptionHandlers(_processor);
        program.ClearWritten();
    }

    public int Layers => _layers;

    /// <summary>Whether it came to the program itself: a function was called that unpacking code has no use for.</summary>
    public bool CameToProgram => End == ProgramRuns;

    /// <summary>Where the last layer was entered.</summary>
    public uint LayerEntry { get; private set; }

    /// <summary>What ended it.</summary>
    public string End { get; private set; } = "";

    public long Executed { get; private set; }

    public void Run(long maximum)
    {
        while (Executed < maximum && _budget.CheckTime())
        {
            var portion = Math.Min(Portion, maximum - Executed);
            _processor.Left = portion;
            var goesOn = RunPortion();
            Executed += portion - _processor.Left;
            if (!goesOn)
                return;
        }

        End = "spent";
    }

    /// <summary>
    /// The unpacked program as a file: the last layer, or the image as it is now where not a function of the program ended the run: then the
    /// unpacking had not come to its end. Null where fewer bytes of the image were changed.
    /// </summary>
    public byte[]? TakeImage(int leastChange)
    {
        if (_layer is null || !CameToProgram || _layers >= MaximumLayers)
        {
            _layer ??= new byte[_program.Memory.Image.Length];
            _program.Memory.Image.Bytes.AsSpan(0, _layer.Length).CopyTo(_layer);
        }

        _program.RestoreImports(_layer);
        if (!_program.Differs(_layer, leastChange))
            return null;
        ImageFile.WriteHeaders(_layer, _program.Headers, LayerEntry - _program.Base);
        return _layer;
    }

    /// <summary>Where it stands, for developers and tests.</summary>
    public override string ToString() =>
        $"{Executed} instructions, {_layers} layers, last at {LayerEntry:X8}, {End} at {_processor.Pointer:X8} {_system.NameAt(_processor.Pointer)}";

    public void Dispose() => _program.Dispose();

    private bool RunPortion()
    {
        while (_processor.Left > 0)
        {
            if (_system.Owns(_processor.Pointer))
            {
                if (!CallSystem())
                    return false;
                continue;
            }

            if (_program.Memory.Find(_processor.Pointer) is not { } region)
            {
                if (!Raise(ProcessorException.AccessViolation, false, _processor.Pointer))
                    return false;
                continue;
            }

            Enter(region);
            _processor.SetPage(region);
            try
            {
                switch (_processor.Run())
                {
                    case Processor.Stop.Unsupported:
                        End = "unsupported instruction";
                        return false;
                    case Processor.Stop.Trap when !Raise(ProcessorException.SingleStep, false, 0):
                        return false;
                    default:
                        break;
                }
            }
            catch (ProcessorException exception)
            {
                if (!Raise(exception.Code, exception.Writes, exception.Address))
                    return false;
            }
        }

        return true;
    }

    private bool CallSystem()
    {
        if (_processor.Pointer == EmulatedSystem.HandlerReturn)
        {
            End = "exception";
            return _handlers.Return();
        }

        _processor.Left -= 100;
        try
        {
            End = ProgramRuns;
            return _processor.Pointer != EmulatedSystem.ProgramReturn && _system.Call(_processor);
        }
        catch (ProcessorException)
        {
            // Its arguments lead nowhere.
            End = "arguments";
            return false;
        }
    }

    private bool Raise(uint code, bool writes, uint address)
    {
        End = "exception";
        return _handlers.Raise(code, writes, address);
    }

    /// <summary>
    /// Keeps the image where the program enters a page of it that it has written, or leaves the packer's own section after something was written
    /// anywhere: the program's code itself may not have been packed.
    /// </summary>
    private void Enter(MemoryRegion region)
    {
        var image = _program.Memory.Image;
        if (!ReferenceEquals(region, image))
            return;
        var page = (_processor.Pointer - image.Start) >> MemoryRegion.PageBits;
        var isOwn = page >= _ownPage && page < _ownPage + _ownPages;
        // A stub may call something elsewhere many times: its first time counts.
        var leaves = _wasOwn && !isOwn && !_entered[page];
        _wasOwn = isOwn;
        _entered[page] = true;
        if (!image.Written[page] && !(leaves && image.Written.Contains(true))
            || _layers >= MaximumLayers || (_layers + 1L) * image.Length > MaximumCopied)
            return;
        _layers++;
        _layer ??= new byte[image.Length];
        image.Bytes.AsSpan(0, image.Length).CopyTo(_layer);
        LayerEntry = _processor.Pointer;
        // What was written elsewhere may be run much later, and counts then.
        var (first, count) = _program.PagesAround(_processor.Pointer);
        image.Written.AsSpan((int)first, (int)count).Clear();
    }
}
