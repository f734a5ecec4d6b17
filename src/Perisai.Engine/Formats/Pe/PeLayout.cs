using System.Collections.Immutable;

namespace Perisai.Engine.Formats.Pe;

/// <summary>Headers of a PE file, as far as addresses in it can be followed.</summary>
internal sealed class PeLayout
{
    /// <summary>
    /// Sections looked at by all calls of <see cref="TryMap"/> together. A file may have 65,535 of them and a million imports, and each
    /// import asks; real files stay far below a million.
    /// </summary>
    private const long MaximumSteps = 50_000_000;

    private long _steps;

    public required bool Is64Bit { get; init; }

    public required ushort Machine { get; init; }

    /// <summary>It is a library (DLL) and no program.</summary>
    public required bool IsLibrary { get; init; }

    /// <summary>SizeOfHeaders rounded up to the section alignment: below it an address is a file offset.</summary>
    public required uint HeaderLength { get; init; }

    public required uint EntryPointAddress { get; init; }

    /// <summary>Length of the file, as far as it counts.</summary>
    public required long FileLength { get; init; }

    /// <summary>Address and length of each data directory; absent ones are 0.</summary>
    public required ImmutableArray<(uint Address, uint Length)> Directories { get; init; }

    /// <summary>How many of the directories the file has.</summary>
    public required int DirectoryCount { get; init; }

    public required ImmutableArray<PeSection> Sections { get; init; }

    /// <summary>
    /// The file offset of an address. In the headers it is the address itself; else the last section whose raw bytes cover it counts,
    /// which is how ClamAV resolves overlaps.
    /// </summary>
    public bool TryMap(uint address, out uint offset)
    {
        offset = 0;
        if (address < HeaderLength)
        {
            if (address >= FileLength)
                return false;
            offset = address;
            return true;
        }

        if (_steps > MaximumSteps)
            return false;
        for (var i = Sections.Length - 1; i >= 0; i--)
        {
            _steps++;
            var section = Sections[i];
            if (section.RawLength != 0 && section.Address <= address && section.RawLength > address - section.Address)
            {
                offset = unchecked(address - section.Address + section.RawOffset);
                return true;
            }
        }

        return false;
    }
}

/// <summary>A section header after alignment. All values wrap at 32 bits, as they do for ClamAV.</summary>
/// <param name="Address">Rounded down to the section alignment.</param>
/// <param name="VirtualLength">Rounded up to the section alignment.</param>
/// <param name="RawOffset">Rounded down to the file alignment.</param>
/// <param name="RawLength">Rounded up to the file alignment, clipped to the file; 0 where the section lies outside it.</param>
/// <param name="StatedEnd">PointerToRawData + SizeOfRawData, clipped to the file; 0 where it has no bytes.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct PeSection(
    uint Address, uint VirtualLength, uint RawOffset, uint RawLength, long StatedEnd, string Name);
