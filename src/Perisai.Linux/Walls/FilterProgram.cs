namespace Perisai.Linux.Walls;

/// <summary>
/// A filter of system calls for seccomp(2), in the classic BPF of include/uapi/linux/filter.h: eight bytes an instruction (code, two jump
/// distances, value). It reads struct seccomp_data: number at 0, architecture at 4, arguments of 64 bits from 16. It allows what is listed and
/// answers everything else with one action; a call by another architecture's numbers ends the process.
/// </summary>
internal sealed class FilterProgram
{
    private const ushort Load = 0x20;
    private const ushort And = 0x54;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7FFF_0000;
    private const uint ErrorNumber = 0x0005_0000;
    private const uint KillProcess = 0x8000_0000;
    private const uint ArchitectureX64 = 0xC000_003E;
    private const uint ArchitectureArm64 = 0xC000_00B7;

    /// <summary>Numbers from here on are those of x32, of which none is allowed.</summary>
    private const uint OtherNumbers = 0x4000_0000;

    private readonly List<ulong> _instructions = [];

    public FilterProgram(bool isArm)
    {
        Add(Load, 4);
        Add(JumpIfEqual, isArm ? ArchitectureArm64 : ArchitectureX64, whenTrue: 1);
        Add(Return, KillProcess);
        Add(Load, 0);
        Add(JumpIfAtLeast, OtherNumbers, whenFalse: 1);
        Add(Return, KillProcess);
    }

    /// <summary>Allows a call whatever its arguments.</summary>
    public void Permit(int number)
    {
        Add(JumpIfEqual, (uint)number, whenFalse: 1);
        Add(Return, Allow);
    }

    /// <summary>Answers a call with an error.</summary>
    public void Refuse(int number, int error)
    {
        Add(JumpIfEqual, (uint)number, whenFalse: 1);
        Add(Return, ErrorNumber | (uint)error);
    }

    /// <summary>Allows a call where the low 32 bits of an argument, masked, have a value.</summary>
    public void PermitWhere(int number, int argument, uint mask, uint value)
    {
        Add(JumpIfEqual, (uint)number, whenFalse: 5);
        Add(Load, (uint)(16 + (8 * argument)));
        Add(And, mask);
        Add(JumpIfEqual, value, whenFalse: 1);
        Add(Return, Allow);
        Add(Load, 0);
    }

    /// <summary>Allows a call where two arguments are zero, in all their bits.</summary>
    public void PermitWhereZero(int number, int first, int second)
    {
        Add(JumpIfEqual, (uint)number, whenFalse: 10);
        byte left = 7;
        foreach (var at in (ReadOnlySpan<int>)[16 + (8 * first), 20 + (8 * first), 16 + (8 * second), 20 + (8 * second)])
        {
            Add(Load, (uint)at);
            Add(JumpIfEqual, 0, whenFalse: left);
            left -= 2;
        }

        Add(Return, Allow);
        Add(Load, 0);
    }

    /// <summary>The program, with the answer to all other calls: an error number, or 0 to end the process.</summary>
    public ulong[] End(int otherwise) => [.. _instructions, Instruction(Return, otherwise == 0 ? KillProcess : ErrorNumber | (uint)otherwise, 0, 0)];

    private void Add(ushort code, uint value, byte whenTrue = 0, byte whenFalse = 0) => _instructions.Add(Instruction(code, value, whenTrue, whenFalse));

    // struct sock_filter as one little-endian word; both architectures are.
    private static ulong Instruction(ushort code, uint value, byte whenTrue, byte whenFalse) =>
        code | ((ulong)whenTrue << 16) | ((ulong)whenFalse << 24) | ((ulong)value << 32);
}
