using System.Buffers;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>A stretch of the emulated memory. Behind its end are some readable zeros, so that an instruction there needs no checks.</summary>
internal sealed class MemoryRegion : IDisposable
{
    public const int PageBits = 12;

    private const int Slack = 16;

    public MemoryRegion(uint start, int length)
    {
        Start = start;
        Length = length;
        Bytes = ArrayPool<byte>.Shared.Rent(length + Slack);
        Bytes.AsSpan(0, length + Slack).Clear();
        Written = new bool[(length >> PageBits) + 1];
    }

    public uint Start { get; }

    public int Length { get; }

    /// <summary>Longer than the region.</summary>
    public byte[] Bytes { get; private set; }

    /// <summary>For each page whether it was written to since somebody cleared this.</summary>
    public bool[] Written { get; }

    public bool Contains(uint address) => address - Start < (uint)Length;

    public void Dispose()
    {
        if (Bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(Bytes);
        Bytes = [];
    }
}
