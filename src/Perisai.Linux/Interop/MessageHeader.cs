using System.Runtime.InteropServices;

namespace Perisai.Linux.Interop;

/// <summary>struct msghdr of 64-bit Linux (recvmsg(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public Vector* Vectors;
    public nuint VectorCount;
    public ControlMessage* Control;
    public nuint ControlLength;
    public int Flags;

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct cmsghdr with one descriptor behind it, filled up to a multiple of eight (cmsg(3)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlMessage
    {
        /// <summary>CMSG_LEN of one descriptor.</summary>
        public const int LengthOfOne = 20;

        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Filling;
    }
}
