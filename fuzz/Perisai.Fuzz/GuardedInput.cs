using System.Buffers;
using System.Runtime.InteropServices;

namespace Perisai.Fuzz;

/// <summary>
/// Memory between two pages without access, used again for every input: the input lies directly before the last or directly behind the first,
/// so that a read of one byte too many ends the process at once.
/// </summary>
internal sealed unsafe partial class GuardedInput : IDisposable
{
    /// <summary>The longest input: 32 MiB.</summary>
    public const int Capacity = 32 << 20;

    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private byte* _mapping;

    public GuardedInput()
    {
        _mapping = Map(null, Length, ReadWrite, PrivateAnonymous, -1, 0);
        if (_mapping == (byte*)-1 || Protect(_mapping, _page, 0) != 0 || Protect(_mapping + _page + Capacity, _page, 0) != 0)
            throw new InvalidOperationException("Memory with guard pages is not to be had: this program runs on Linux.");
    }

    private nuint Length => Capacity + 2 * _page;

    public ReadOnlyMemory<byte> Place(ReadOnlySpan<byte> input, bool atEnd)
    {
        var at = _mapping + _page + (atEnd ? Capacity - input.Length : 0);
        input.CopyTo(new Span<byte>(at, input.Length));
        return new Owner(at, input.Length).Memory;
    }

    public void Dispose()
    {
        if (_mapping != null)
            _ = Unmap(_mapping, Length);
        _mapping = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    private sealed class Owner(byte* start, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
