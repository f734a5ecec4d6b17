using System.Buffers.Binary;

namespace Perisai.Engine.Formats;

/// <summary>
/// Reads here and there in a file: some small pages are kept, so that going to and fro between tables and what they point at costs no new reads.
/// Nothing is believed: every read says whether the bytes were there, and an offset may be anything. Bytes come through a
/// <see cref="BoundedReader"/>, so that they are counted. Not thread-safe.
/// </summary>
internal sealed class PagedReader(BoundedReader reader)
{
    private const int PageBits = 13;
    private const int PageLength = 1 << PageBits;

    /// <summary>128 pages of 8 KiB: 1 MiB at most, and only what was asked for.</summary>
    private const int PageCount = 128;

    private readonly (long Number, byte[] Bytes, int Count)[] _pages = new (long, byte[], int)[PageCount];

    public long Length => reader.Length;

    public ScanBudget Budget => reader.Budget;

    public BoundedReader Reader => reader;

    /// <summary>Whether all these bytes lie in the file.</summary>
    public bool Fits(long offset, long count) => offset >= 0 && count >= 0 && count <= Length && offset <= Length - count;

    /// <summary>Fills the whole destination or says no.</summary>
    public bool TryRead(long offset, Span<byte> destination)
    {
        if (!Fits(offset, destination.Length))
            return false;
        if (destination.Length > PageLength)
            return reader.TryReadAt(offset, destination);
        while (destination.Length > 0)
        {
            var page = Page(offset >> PageBits);
            var at = (int)(offset & (PageLength - 1));
            // Shorter than the file said: it shrank while it was read.
            if (at >= page.Length)
                return false;
            var count = Math.Min(destination.Length, page.Length - at);
            page.Slice(at, count).CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }

        return true;
    }

    public bool TryReadByte(long offset, out byte value)
    {
        Span<byte> bytes = stackalloc byte[1];
        var ok = TryRead(offset, bytes);
        value = bytes[0];
        return ok;
    }

    public bool TryReadUInt16(long offset, out ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        var ok = TryRead(offset, bytes);
        value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return ok;
    }

    public bool TryReadUInt32(long offset, out uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        var ok = TryRead(offset, bytes);
        value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return ok;
    }

    public bool TryReadUInt64(long offset, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        var ok = TryRead(offset, bytes);
        value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return ok;
    }

    /// <summary>A copy of some bytes; null where not all of them lie in the file.</summary>
    public byte[]? Bytes(long offset, int count)
    {
        if (!Fits(offset, count))
            return null;
        var bytes = new byte[count];
        return TryRead(offset, bytes) ? bytes : null;
    }

    /// <summary>
    /// The bytes up to a zero, at most <paramref name="maximum"/> of them. <paramref name="isTerminated"/> says whether the zero was met: without it
    /// the text ends with the file or is longer. Null where the offset lies outside the file.
    /// </summary>
    public byte[]? TextUpToZero(long offset, int maximum, out bool isTerminated)
    {
        isTerminated = false;
        if (offset < 0 || offset >= Length)
            return null;
        var start = offset;
        // The first pass finds the end.
        for (var left = (long)maximum; ;)
        {
            var page = Page(offset >> PageBits);
            var at = (int)(offset & (PageLength - 1));
            if (at >= page.Length)
                break;
            var part = page[at..];
            var end = part.IndexOf((byte)0);
            if (end >= 0 && end <= left)
            {
                isTerminated = true;
                offset += end;
                break;
            }

            if (part.Length >= left)
            {
                offset += left;
                break;
            }

            offset += part.Length;
            left -= part.Length;
        }

        return Bytes(start, (int)(offset - start));
    }

    private ReadOnlySpan<byte> Page(long number)
    {
        ref var page = ref _pages[number & (PageCount - 1)];
        if (page.Bytes is null || page.Number != number)
        {
            page.Bytes ??= new byte[PageLength];
            page.Number = number;
            reader.Position = number << PageBits;
            var wanted = (int)Math.Clamp(Length - (number << PageBits), 0, PageLength);
            page.Count = reader.Read(page.Bytes.AsSpan(0, wanted));
        }

        return page.Bytes.AsSpan(0, page.Count);
    }
}
