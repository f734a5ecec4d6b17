using System.Runtime.InteropServices;

namespace Perisai.Engine.Tests;

/// <summary>
/// Bytes that lie directly before or directly after a page without access, so that a read of one byte too many ends the test
/// process at once instead of passing unseen. Linux and macOS only; elsewhere <see cref="Allocate"/> skips the test.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ProtectNone = 0;
    private const int ProtectRead = 1;
    private const int ProtectReadWrite = 3;
    private const int MapPrivate = 2;

    private readonly nuint _mappedLength;
    private readonly byte* _content;
    private byte* _mapping;

    private GuardedMemory(byte* mapping, nuint mappedLength, byte* content, int length)
    {
        _mapping = mapping;
        _mappedLength = mappedLength;
        _content = content;
        Length = length;
    }

    /// <summary>The number of bytes of the content.</summary>
    public int Length { get; }

    /// <summary>The content; not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_mapping == null, this);
            return new ReadOnlySpan<byte>(_content, Length);
        }
    }

    /// <summary>
    /// A read-only copy of <paramref name="content"/>. With <paramref name="atEnd"/> its last byte is the last before the
    /// inaccessible page; without, its first byte is the first after one. (There is such a page on both sides; on the other side
    /// there may be slack of less than a page.)
    /// </summary>
    public static GuardedMemory Allocate(ReadOnlySpan<byte> content, bool atEnd)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            Assert.Skip("Guard pages are made with mmap and mprotect, which this system does not have.");

        var page = (nuint)Environment.SystemPageSize;
        var usable = ((nuint)content.Length + page - 1) / page * page;
        usable = Math.Max(usable, page);
        var total = usable + 2 * page;
        var mapAnonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
        var mapping = Map(null, total, ProtectReadWrite, MapPrivate | mapAnonymous, -1, 0);
        if (mapping == (byte*)-1)
            throw new InvalidOperationException($"mmap of {total} bytes failed with errno {Marshal.GetLastPInvokeError()}.");

        var start = mapping + page;
        var at = atEnd ? start + usable - (nuint)content.Length : start;
        content.CopyTo(new Span<byte>(at, content.Length));
        var memory = new GuardedMemory(mapping, total, at, content.Length);
        if (Protect(mapping, page, ProtectNone) != 0
            || Protect(start, usable, ProtectRead) != 0
            || Protect(start + usable, page, ProtectNone) != 0)
        {
            memory.Dispose();
            throw new InvalidOperationException($"mprotect failed with errno {Marshal.GetLastPInvokeError()}.");
        }

        return memory;
    }

    public void Dispose()
    {
        if (_mapping == null)
            return;
        _ = Unmap(_mapping, _mappedLength);
        _mapping = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);
}
