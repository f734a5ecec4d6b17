namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// What an instruction of an emulated program causes instead of a result; the program may have a handler for it. Never leaves the emulator.
/// </summary>
internal sealed class ProcessorException : Exception
{
    public const uint AccessViolation = 0xC0000005;
    public const uint IllegalInstruction = 0xC000001D;
    public const uint DivisionByZero = 0xC0000094;
    public const uint IntegerOverflow = 0xC0000095;
    public const uint PrivilegedInstruction = 0xC0000096;
    public const uint ArrayBounds = 0xC000008C;
    public const uint Breakpoint = 0x80000003;
    public const uint SingleStep = 0x80000004;

    public ProcessorException(uint code, bool writes = false, uint address = 0)
        : base("emulated")
    {
        Code = code;
        Writes = writes;
        Address = address;
    }

    public ProcessorException()
    {
    }

    public ProcessorException(string message)
        : base(message)
    {
    }

    public ProcessorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>As Windows numbers it.</summary>
    public uint Code { get; }

    /// <summary>Of an access violation: whether it was to be written.</summary>
    public bool Writes { get; }

    /// <summary>Of an access violation: what was accessed.</summary>
    public uint Address { get; }
}
