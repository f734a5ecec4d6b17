using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Descriptors;

/// <summary>
/// Messages between two processes over a pair of sockets (unix(7), SOCK_SEQPACKET: a message arrives whole or not at all), each with at most
/// one descriptor (SCM_RIGHTS). Whoever receives takes no more than that: a message with more descriptors is an error, and none stays open.
/// </summary>
public static unsafe class DescriptorSocket
{
    private const int Unix = 1; // AF_UNIX
    private const int SequencedPackets = 5; // SOCK_SEQPACKET
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int ReceiveCloseOnExec = 0x4000_0000; // MSG_CMSG_CLOEXEC
    private const int Truncated = 0x20; // MSG_TRUNC
    private const int ControlTruncated = 8; // MSG_CTRUNC
    private const int Interrupted = 4; // EINTR

    /// <summary>Two connected sockets, closed in programs that are started. Returns 0 or an error number.</summary>
    public static int CreatePair(out SafeFileHandle first, out SafeFileHandle second)
    {
        var descriptors = stackalloc int[] { -1, -1 };
        var error = LibC.SocketPair(Unix, SequencedPackets | CloseOnExec, 0, descriptors) == 0 ? 0 : Marshal.GetLastPInvokeError();
        first = new(descriptors[0], ownsHandle: true);
        second = new(descriptors[1], ownsHandle: true);
        return error;
    }

    /// <summary>Sends a message of at least one byte, and a descriptor or none. Returns 0 or an error number; EPIPE where nobody listens.</summary>
    public static int Send(SafeFileHandle socket, ReadOnlySpan<byte> message, SafeFileHandle? descriptor)
    {
        bool added = false, descriptorAdded = false;
        try
        {
            socket.DangerousAddRef(ref added);
            descriptor?.DangerousAddRef(ref descriptorAdded);
            fixed (byte* bytes = message)
            {
                var vector = new MessageHeader.Vector { Base = bytes, Length = (nuint)message.Length };
                var control = new MessageHeader.ControlMessage { Length = MessageHeader.ControlMessage.LengthOfOne, Level = SocketLevel, Type = Rights };
                var header = new MessageHeader { Vectors = &vector, VectorCount = 1 };
                if (descriptor is not null)
                {
                    control.Descriptor = (int)descriptor.DangerousGetHandle();
                    header.Control = &control;
                    header.ControlLength = (nuint)sizeof(MessageHeader.ControlMessage);
                }

                while (LibC.SendMessage((int)socket.DangerousGetHandle(), &header, NoSignal) < 0)
                {
                    if (Marshal.GetLastPInvokeError() is var error and not Interrupted)
                        return error;
                }

                return 0;
            }
        }
        finally
        {
            if (added)
                socket.DangerousRelease();
            if (descriptorAdded)
                descriptor!.DangerousRelease();
        }
    }

    /// <summary>Waits for a message.</summary>
    /// <param name="socket">One of a pair.</param>
    /// <param name="buffer">Takes the message; one that is longer is an error (EMSGSIZE).</param>
    /// <param name="length">Bytes of the message; 0 where the other side has closed.</param>
    /// <param name="descriptor">The descriptor that came with it, or null.</param>
    /// <returns>0 or an error number.</returns>
    public static int Receive(SafeFileHandle socket, Span<byte> buffer, out int length, out SafeFileHandle? descriptor)
    {
        length = 0;
        descriptor = null;
        var added = false;
        try
        {
            socket.DangerousAddRef(ref added);
            fixed (byte* bytes = buffer)
            {
                var vector = new MessageHeader.Vector { Base = bytes, Length = (nuint)buffer.Length };
                MessageHeader.ControlMessage control;
                MessageHeader header;
                nint received;
                do
                {
                    control = default;
                    header = new() { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = MessageHeader.ControlMessage.LengthOfOne };
                    received = LibC.ReceiveMessage((int)socket.DangerousGetHandle(), &header, ReceiveCloseOnExec);
                }
                while (received < 0 && Marshal.GetLastPInvokeError() == Interrupted);
                if (received < 0)
                    return Marshal.GetLastPInvokeError();
                var isDescriptor = header.ControlLength >= MessageHeader.ControlMessage.LengthOfOne && control.Level == SocketLevel && control.Type == Rights
                    && control.Length == MessageHeader.ControlMessage.LengthOfOne;
                if (isDescriptor)
                    descriptor = new(control.Descriptor, ownsHandle: true);
                // There was room for one; the kernel has closed the others.
                if ((header.Flags & (Truncated | ControlTruncated)) != 0)
                {
                    descriptor?.Dispose();
                    descriptor = null;
                    return Errno.MessageTooLong;
                }

                length = (int)received;
                return 0;
            }
        }
        finally
        {
            if (added)
                socket.DangerousRelease();
        }
    }
}
