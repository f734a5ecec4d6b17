using System.Runtime.InteropServices;

namespace Perisai.Linux.Interop;

/// <summary>Flags of open(2). Two of them have other values on ARM.</summary>
internal static class OpenFlags
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int Directory => s_isArm ? 0x4000 : 0x10000;

    public static int NoFollow => s_isArm ? 0x8000 : 0x20000;
}
