using System.Collections.Immutable;
using System.Text;

namespace Perisai.Engine.Formats.MachO;

/// <summary>
/// Reads Mach-O headers of 32 and 64 bits in both byte orders into <see cref="ExecutableFacts"/>. The walk over the load
/// commands is ClamAV's, which trusts the section count of a segment and not its command length.
/// </summary>
internal sealed class MachOReader
{
    private readonly BoundedReader _reader;
    private readonly bool _withNames;
    private readonly ImmutableArray<Fault>.Builder _faults = ImmutableArray.CreateBuilder<Fault>();
    private readonly ImmutableArray<ExecutableSection>.Builder _sections = ImmutableArray.CreateBuilder<ExecutableSection>();
    private bool _bigEndian;
    private bool _is64Bit;
    private uint _cpu;
    private uint _entryAddress;
    private long _end;

    private MachOReader(BoundedReader reader, ExecutableDetails details)
    {
        _reader = reader;
        _withNames = details.HasFlag(ExecutableDetails.SectionNames);
    }

    public static ExecutableFacts Read(BoundedReader reader, ExecutableDetails details = ExecutableDetails.All)
    {
        var image = new MachOReader(reader, details);
        uint entryPoint = 0;
        var ok = image.ReadCommands() && image.TryMapEntry(out entryPoint);
        return new ExecutableFacts
        {
            HeadersWereRead = ok,
            EntryPoint = ok ? entryPoint : null,
            Sections = ok ? image._sections.DrainToImmutable() : [],
            OverlayStart = ok && image._end > 0 && image._end < reader.Length ? image._end : null,
            Is64Bit = image._is64Bit,
            Machine = image._cpu,
            Faults = image._faults.DrainToImmutable(),
        };
    }

    private bool ReadCommands()
    {
        _reader.Position = 0;
        if (!_reader.TryReadUInt32(out var magic, bigEndian: true))
            return Broken(MachOFaults.TruncatedHeader);
        _bigEndian = magic is MachOFormat.Magic32 or MachOFormat.Magic64;
        _is64Bit = magic is MachOFormat.Magic64 or 0xCFFAEDFE;
        // CPU type, subtype, file type, count and length of commands, flags.
        if (!TryRead32(out _cpu) || !_reader.TrySkip(8) || !TryRead32(out var count) || !_reader.TrySkip(8))
            return Broken(MachOFaults.TruncatedHeader);
        if (count is 0 or > MachOFormat.MaximumCommands)
            return Broken(MachOFaults.CommandCount);
        if (_is64Bit)
            _reader.Position += 4;

        for (var i = 0; i < count; i++)
        {
            if (!_reader.Budget.CheckTime() || !TryRead32(out var command) || !TryRead32(out var length))
                return Broken(MachOFaults.TruncatedCommand);
            if (command == (_is64Bit ? MachOFormat.SegmentCommand64 : MachOFormat.SegmentCommand32))
            {
                if (!ReadSegment())
                    return false;
            }
            else if (command is MachOFormat.ThreadCommand or MachOFormat.UnixThreadCommand && ThreadStateLength() is var state and > 0)
            {
                if (!ReadThread(state))
                    return false;
            }
            else if (length > 8)
            {
                // Past the end the position stays at the end, and the next command fails.
                _reader.Position += length - 8;
            }
        }

        return true;
    }

    private bool ReadSegment()
    {
        // Name, addresses and file range, protections; then the count of sections and flags.
        if (!_reader.TrySkip(16) || !TryReadAddress(out _) || !TryReadAddress(out _) || !TryReadAddress(out var fileOffset)
            || !TryReadAddress(out var fileLength) || !_reader.TrySkip(8) || !TryRead32(out var count) || !_reader.TrySkip(4))
            return Broken(MachOFaults.TruncatedCommand);
        if (fileOffset < (ulong)_reader.Length)
            _end = Math.Max(_end, (long)(fileOffset + Math.Min(fileLength, (ulong)_reader.Length - fileOffset)));
        if (count > MachOFormat.MaximumSegmentSections || _sections.Count + count > MachOFormat.MaximumSections)
            return Broken(MachOFaults.SectionCount);
        for (var i = 0; i < count; i++)
        {
            if (!ReadSection())
                return false;
        }

        return true;
    }

    private bool ReadSection()
    {
        if (!_reader.TryPeekSpan(16, out var nameBytes))
            return Broken(MachOFaults.TruncatedCommand);
        var name = _withNames ? Name(nameBytes) : "";
        if (!_reader.TrySkip(32) || !TryReadAddress(out var wideAddress) || !TryReadAddress(out var wideLength) || !TryRead32(out var offset)
            || !TryRead32(out var alignmentPower) || !_reader.TrySkip(_is64Bit ? 24 : 20))
            return Broken(MachOFaults.TruncatedCommand);
        if (alignmentPower > 30)
            return Broken(MachOFaults.SectionAlignment);

        // ClamAV keeps 32 bits of both, and takes the length in the file to be that in memory, rounded up.
        var (address, length) = ((uint)wideAddress, (uint)wideLength);
        var alignment = 1u << (int)alignmentPower;
        var rawLength = unchecked(length + (alignment - length % alignment) % alignment);
        _sections.Add(new ExecutableSection(offset, Math.Clamp(_reader.Length - offset, 0, rawLength), address, length, name));
        return true;
    }

    /// <summary>Length of the registers in a thread command; 0 where ClamAV does not know the CPU's and skips the command.</summary>
    private int ThreadStateLength() => _cpu switch
    {
        MachOFormat.CpuX86 => 64,
        MachOFormat.CpuPowerPc => 160,
        MachOFormat.CpuPowerPc | MachOFormat.Cpu64 => 312,
        _ => 0,
    };

    private bool ReadThread(int stateLength)
    {
        // Flavour and count stand before the registers.
        if (!_reader.TrySkip(8) || _reader.Remaining < stateLength)
            return Broken(MachOFaults.TruncatedCommand);
        var start = _reader.Position;
        if (_cpu == MachOFormat.CpuPowerPc)
        {
            _ = TryRead32(out _entryAddress);
        }
        else if (_cpu != MachOFormat.CpuX86)
        {
            _ = _reader.TryReadUInt64(out var wide, _bigEndian);
            _entryAddress = (uint)wide;
        }

        _reader.Position = start + stateLength;
        return true;
    }

    private bool TryMapEntry(out uint offset)
    {
        offset = _entryAddress;
        if (_entryAddress == 0 || _sections.Count == 0)
            return true;
        foreach (var section in _sections)
        {
            var address = (uint)section.VirtualAddress;
            if (address <= _entryAddress && unchecked(address + (uint)section.VirtualLength) > _entryAddress)
            {
                offset = unchecked(_entryAddress - address + (uint)section.RawOffset);
                return true;
            }
        }

        return Broken(MachOFaults.EntryPoint);
    }

    private bool TryRead32(out uint value) => _reader.TryReadUInt32(out value, _bigEndian);

    private bool TryReadAddress(out ulong value)
    {
        if (_is64Bit)
            return _reader.TryReadUInt64(out value, _bigEndian);
        var ok = TryRead32(out var narrow);
        value = narrow;
        return ok;
    }

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private bool Broken(string id)
    {
        _faults.Add(new Fault(id, _reader.Position));
        return false;
    }
}
