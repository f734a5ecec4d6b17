using System.Runtime.InteropServices;

namespace Perisai.Linux.Interop;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int File;
    public short Events;
    public short Happened;
}
