using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// Reads the headers of PE32 and PE32+ files into <see cref="ExecutableFacts"/>. What makes ClamAV call a header broken makes it
/// broken here, nothing more: the loader of Windows runs much that looks wrong.
/// </summary>
internal static class PeReader
{
    public static ExecutableFacts Read(BoundedReader reader, ExecutableDetails details = ExecutableDetails.All)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var layout = ReadLayout(reader, details, faults, out var offsetsHold, out var digestsHold);
        if (layout is null)
            return new ExecutableFacts { Faults = faults.DrainToImmutable() };

        uint entryPoint = 0;
        if ((offsetsHold || digestsHold) && !layout.TryMap(layout.EntryPointAddress, out entryPoint))
        {
            faults.Add(new Fault(PeFaults.EntryPoint, -1));
            offsetsHold = digestsHold = false;
        }

        var sections = ImmutableArray.CreateBuilder<ExecutableSection>(layout.Sections.Length);
        var hashed = ImmutableArray.CreateBuilder<ExecutableSection>();
        long end = 0;
        foreach (var section in layout.Sections)
        {
            var fact = new ExecutableSection(
                section.RawOffset, section.RawLength, section.Address, section.VirtualLength, section.Name);
            sections.Add(fact);
            if (section.RawLength != 0 && digestsHold)
                hashed.Add(fact);
            end = Math.Max(end, section.StatedEnd);
        }

        return new ExecutableFacts
        {
            HeadersWereRead = offsetsHold,
            EntryPoint = offsetsHold ? entryPoint : null,
            Sections = offsetsHold ? sections.DrainToImmutable() : [],
            HashedSections = hashed.DrainToImmutable(),
            VersionInformationOffsets = offsetsHold && details.HasFlag(ExecutableDetails.VersionInformation)
                ? PeVersionInformation.FindKeys(reader, layout, faults) : [],
            ImportHashText = digestsHold && details.HasFlag(ExecutableDetails.Imports)
                ? PeImports.ReadHashText(reader, layout, faults) : null,
            OverlayStart = end > 0 && end < reader.Length ? end : null,
            Is64Bit = layout.Is64Bit,
            Machine = layout.Machine,
            Faults = faults.DrainToImmutable(),
        };
    }

    /// <summary>Headers and section table; null where they are so broken that nothing relative to them is looked for.</summary>
    public static PeLayout? ReadLayout(BoundedReader reader)
    {
        var layout = ReadLayout(reader, ExecutableDetails.VersionInformation, ImmutableArray.CreateBuilder<Fault>(), out var offsetsHold, out _);
        return layout is not null && offsetsHold && layout.TryMap(layout.EntryPointAddress, out _) ? layout : null;
    }

    /// <summary>
    /// Headers and section table; null where they cannot be read at all. ClamAV reads them twice, with slightly different rules: for
    /// offsets a section outside the file stays with length 0, for digests it is dropped; <paramref name="offsetsHold"/> and
    /// <paramref name="digestsHold"/> say which of the two would have gone well.
    /// </summary>
    private static PeLayout? ReadLayout(
        BoundedReader reader, ExecutableDetails details, ImmutableArray<Fault>.Builder faults, out bool offsetsHold, out bool digestsHold)
    {
        offsetsHold = digestsHold = false;
        Span<byte> header = stackalloc byte[PeFormat.FileHeaderLength + PeFormat.OptionalHeaderLength64];
        if (!reader.TryReadAt(PeFormat.HeaderPointerOffset, header[..4]))
        {
            faults.Add(new Fault(PeFaults.TruncatedHeader, PeFormat.HeaderPointerOffset));
            return null;
        }

        var at = (long)BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (at == 0 || !reader.TryReadAt(at, header[..PeFormat.FileHeaderLength]) || !header.StartsWith("PE\0\0"u8))
        {
            faults.Add(new Fault(PeFaults.NoPeHeader, at));
            return null;
        }

        var machine = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        int sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        int optionalLength = BinaryPrimitives.ReadUInt16LittleEndian(header[20..]);
        var characteristics = BinaryPrimitives.ReadUInt16LittleEndian(header[22..]);
        if (sectionCount == 0)
        {
            faults.Add(new Fault(PeFaults.SectionCount, at + 6));
            return null;
        }

        var optionalAt = at + PeFormat.FileHeaderLength;
        var optional = header[PeFormat.FileHeaderLength..];
        var fixedLength = PeFormat.OptionalHeaderLength32;
        if (optionalLength < fixedLength)
        {
            faults.Add(new Fault(PeFaults.OptionalHeaderSize, at + 20));
            return null;
        }

        if (!reader.TryReadAt(optionalAt, optional[..fixedLength]))
        {
            faults.Add(new Fault(PeFaults.TruncatedHeader, optionalAt));
            return null;
        }

        var is64Bit = BinaryPrimitives.ReadUInt16LittleEndian(optional) == PeFormat.Pe32PlusMagic;
        if (is64Bit)
        {
            fixedLength = PeFormat.OptionalHeaderLength64;
            if (optionalLength < fixedLength)
            {
                faults.Add(new Fault(PeFaults.OptionalHeaderSize, at + 20));
                return null;
            }

            if (!reader.TryReadAt(optionalAt, optional))
            {
                faults.Add(new Fault(PeFaults.TruncatedHeader, optionalAt));
                return null;
            }
        }

        var sectionAlignment = BinaryPrimitives.ReadUInt32LittleEndian(optional[32..]);
        var fileAlignment = BinaryPrimitives.ReadUInt32LittleEndian(optional[36..]);
        var directoryCount = (int)Math.Min(
            BinaryPrimitives.ReadUInt32LittleEndian(optional[(fixedLength - 4)..]), PeFormat.MaximumDirectories);
        if (optionalLength < fixedLength + 8 * directoryCount)
        {
            faults.Add(new Fault(PeFaults.OptionalHeaderSize, at + 20));
            return null;
        }

        Span<byte> directoryBytes = stackalloc byte[8 * PeFormat.MaximumDirectories];
        directoryBytes.Clear();
        var tableAt = optionalAt + optionalLength;
        var tableLength = sectionCount * PeFormat.SectionHeaderLength;
        if (!reader.TryReadAt(optionalAt + fixedLength, directoryBytes[..(8 * directoryCount)]) || tableLength > reader.Length - tableAt)
        {
            faults.Add(new Fault(PeFaults.TruncatedHeader, optionalAt + fixedLength));
            return null;
        }

        // At most 2.6 MB, all of which the file has.
        Span<byte> sectionBytes = tableLength <= 1024 ? stackalloc byte[tableLength] : new byte[tableLength];
        if (!reader.TryReadAt(tableAt, sectionBytes))
        {
            faults.Add(new Fault(PeFaults.TruncatedHeader, tableAt));
            return null;
        }

        var directories = ImmutableArray.CreateBuilder<(uint, uint)>(PeFormat.MaximumDirectories);
        for (var i = 0; i < PeFormat.MaximumDirectories; i++)
        {
            directories.Add((BinaryPrimitives.ReadUInt32LittleEndian(directoryBytes[(8 * i)..]),
                BinaryPrimitives.ReadUInt32LittleEndian(directoryBytes[(8 * i + 4)..])));
        }

        var sections = PeSectionTable.Read(
            sectionBytes, sectionAlignment, fileAlignment, reader.Length, tableAt,
            details.HasFlag(ExecutableDetails.SectionNames), faults, out offsetsHold, out digestsHold);
        return new PeLayout
        {
            Is64Bit = is64Bit,
            Machine = machine,
            IsLibrary = (characteristics & PeFormat.LibraryCharacteristic) != 0,
            HeaderLength = PeSectionTable.RoundUp(BinaryPrimitives.ReadUInt32LittleEndian(optional[60..]), sectionAlignment),
            EntryPointAddress = BinaryPrimitives.ReadUInt32LittleEndian(optional[16..]),
            FileLength = reader.Length,
            Directories = directories.MoveToImmutable(),
            DirectoryCount = directoryCount,
            Sections = sections,
        };
    }
}
