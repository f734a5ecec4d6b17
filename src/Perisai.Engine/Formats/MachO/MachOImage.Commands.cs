using System.Buffers.Binary;

namespace Perisai.Engine.Formats.MachO;

/// <summary>The load commands.</summary>
internal sealed partial class MachOImage
{
    /// <summary>What the load commands say.</summary>
    private sealed record Commands(List<MachOSegment?> Segments, long SegmentCount, ulong? EntryPoint, ulong? StackSize);

    private Commands ReadCommands()
    {
        var segments = new List<MachOSegment?>();
        long count = 0;
        foreach (var (at, command, length) in Walk())
        {
            if (command is not (MachOFormat.SegmentCommand32 or MachOFormat.SegmentCommand64))
                continue;
            if (count++ < MaximumSegments)
                segments.Add(ReadSegment(at, length, command == MachOFormat.SegmentCommand64));
        }

        // The entry point is an address, for which all segments have to be known. The last command that gives one counts.
        ulong? entryPoint = null, stackSize = null;
        foreach (var (at, command, _) in Walk())
        {
            if (command == MainCommand && TryPeek(at, 24, out var bytes))
            {
                entryPoint = UInt64(bytes, 8);
                stackSize = UInt64(bytes, 16);
            }
            else if (command == MachOFormat.UnixThreadCommand && ReadThreadAddress(at) is { } address && MapAddress(segments, address) is { } offset)
            {
                entryPoint = offset;
            }
        }

        return new Commands(segments, count, entryPoint, stackSize);
    }

    private IEnumerable<(long At, uint Command, uint Length)> Walk()
    {
        long at = Is64Bit ? HeaderLength64 : HeaderLength32;
        for (uint i = 0; i < CommandCount && _reader.Budget.CheckTime(); i++)
        {
            if (!TryReadCommand(at, out var command, out var length))
                yield break;
            yield return (at, command, length);
            at += length;
        }
    }

    private bool TryReadCommand(long at, out uint command, out uint length)
    {
        command = length = 0;
        if (!TryPeek(at, CommandLength, out var bytes))
            return false;
        command = UInt32(bytes, 0);
        length = UInt32(bytes, 4);
        return length >= CommandLength && length <= _length - at;
    }

    private MachOSegment? ReadSegment(long at, uint length, bool wide)
    {
        var headerLength = wide ? 72 : 56;
        // The header is read beyond its command where the command claims to be shorter.
        if (!TryPeek(at, headerLength, out var bytes))
            return null;
        var rest = bytes[(wide ? 56 : 40)..];
        var sections = UInt32(rest, 8);
        var present = Math.Max(0, (long)length - headerLength) / (wide ? 80 : 68);
        return new MachOSegment(
            wide, Name(at + 8, bytes[8..24]),
            wide ? UInt64(bytes, 24) : UInt32(bytes, 24), wide ? UInt64(bytes, 32) : UInt32(bytes, 28), wide ? UInt64(bytes, 40) : UInt32(bytes, 32),
            wide ? UInt64(bytes, 48) : UInt32(bytes, 36), UInt32(rest, 0), UInt32(rest, 4), sections, UInt32(rest, 12), at + headerLength,
            (int)Math.Min(sections, present));
    }

    /// <summary>The program counter in a thread command; null where the state of the CPU is not known or not whole.</summary>
    private ulong? ReadThreadAddress(long at)
    {
        // Flavour and count stand before the registers. Place of the program counter, length of all registers, whether they have 64 bits:
        const int prefix = 16;
        var (place, state, wide) = CpuType switch
        {
            6 => (68, 72, false), // 68000
            13 => (124, 136, false), // 88000
            14 => (4, 76, false), // SPARC
            MachOFormat.CpuPowerPc => (0, 160, false),
            MachOFormat.CpuX86 => (40, 64, false),
            12 => (60, 68, false), // ARM
            MachOFormat.CpuX86 | MachOFormat.Cpu64 => (128, 168, true),
            12 | MachOFormat.Cpu64 => (256, 272, true),
            MachOFormat.CpuPowerPc | MachOFormat.Cpu64 => (0, 304, true),
            _ => (0, -1, false),
        };
        if (state < 0 || !TryPeek(at, prefix, out var bytes))
            return null;
        // YARA reads this length as little-endian, so that in big-endian files the registers may go beyond their command.
        var length = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), _length - at);
        if (length < prefix + state || !TryPeek(at + prefix, state, out bytes))
            return null;
        return wide ? UInt64(bytes, place) : UInt32(bytes, place);
    }

    private static ulong? MapAddress(List<MachOSegment?> segments, ulong address)
    {
        foreach (var segment in segments)
        {
            if (segment is not null && address >= segment.Address && address < unchecked(segment.Address + segment.Size))
                return unchecked(segment.FileOffset + (address - segment.Address));
        }

        return null;
    }
}
