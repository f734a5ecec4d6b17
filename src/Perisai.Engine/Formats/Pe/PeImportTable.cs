using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Formats.Pe;

/// <summary>A library that a PE imports from.</summary>
/// <param name="Name">As it is written; hostile.</param>
/// <param name="Functions">In table order.</param>
internal sealed record PeImportedLibrary(byte[] Name, IReadOnlyList<PeImportedFunction> Functions);

/// <summary>A function that is imported.</summary>
/// <param name="Name">Its name; for an ordinal the name by convention, or <c>ord</c> and the number.</param>
/// <param name="Ordinal">Its number where it is imported by number.</param>
/// <param name="Address">Where the loader puts its address; null for 0.</param>
internal sealed record PeImportedFunction(byte[]? Name, ushort? Ordinal, long? Address);

/// <summary>
/// Reads the import table and the table of delayed imports as YARA reads them: what has no valid name is passed over, and the rest counts.
/// </summary>
internal static class PeImportTable
{
    /// <summary>Libraries, and functions of one library, that are looked at: YARA's limit.</summary>
    private const int Maximum = 16_384;

    /// <summary>
    /// Functions of all libraries. YARA limits them for PE32 only, to <see cref="Maximum"/>; 16,384 libraries that share one table of 16,384 functions
    /// would be 268 million.
    /// </summary>
    private const int MaximumFunctions = 65_536;

    private const int MaximumNameLength = 512;

    /// <summary>YARA has no limit. A file name has at most 255 characters, and thousands of libraries may share one name here.</summary>
    private const int MaximumLibraryNameLength = 4096;

    private const int DescriptorLength = 20;
    private const int DelayedDescriptorLength = 32;
    private const int DosHeaderLength = 64;

    public static IReadOnlyList<PeImportedLibrary> Read(PeImage image)
    {
        var libraries = new List<PeImportedLibrary>();
        if (!image.TryGetDirectory(PeFormat.ImportDirectory, out var address, out _) || address == 0)
            return libraries;
        var at = image.ToOffset(address);
        if (at < 0)
            return libraries;

        Span<byte> descriptor = stackalloc byte[DescriptorLength];
        var total = 0;
        for (var i = 0; i < Maximum && image.Reader.TryRead(at, descriptor) && image.Reader.Budget.CheckTime(); i++, at += DescriptorLength)
        {
            var nameAddress = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[12..]);
            if (nameAddress == 0)
                break;
            if (ReadLibraryName(image, nameAddress) is not { } name)
                continue;
            var functions = ReadFunctions(
                image, name, BinaryPrimitives.ReadUInt32LittleEndian(descriptor), BinaryPrimitives.ReadUInt32LittleEndian(descriptor[16..]), ref total);
            if (functions.Count > 0)
                libraries.Add(new PeImportedLibrary(name, functions));
        }

        return libraries;
    }

    public static IReadOnlyList<PeImportedLibrary> ReadDelayed(PeImage image)
    {
        var libraries = new List<PeImportedLibrary>();
        if (!image.TryGetDirectory(PeFormat.DelayedImportDirectory, out var address, out _) || address == 0)
            return libraries;
        var at = image.ToOffset(address);
        if (at < 0)
            return libraries;

        Span<byte> descriptor = stackalloc byte[DelayedDescriptorLength];
        var total = 0;
        for (var i = 0; i < Maximum && image.Reader.TryRead(at, descriptor) && image.Reader.Budget.CheckTime(); i++, at += DelayedDescriptorLength)
        {
            if (descriptor.IndexOfAnyExcept((byte)0) < 0)
                break;
            var attributes = BinaryPrimitives.ReadUInt32LittleEndian(descriptor);
            if (attributes > 1)
                break;
            // Old linkers wrote addresses where new ones write offsets from the image base.
            var isAbsolute = attributes == 0;
            var isRebased = isAbsolute && !image.Is64Bit;
            var nameAddress = Rebase(image, BinaryPrimitives.ReadUInt32LittleEndian(descriptor[4..]), isRebased);
            var boundAddress = Rebase(image, BinaryPrimitives.ReadUInt32LittleEndian(descriptor[12..]), isRebased);
            var lookupAddress = Rebase(image, BinaryPrimitives.ReadUInt32LittleEndian(descriptor[16..]), isRebased);
            if (lookupAddress >= image.ImageLength || boundAddress >= image.ImageLength || nameAddress < DosHeaderLength
                || lookupAddress < DosHeaderLength)
                break;
            if (ReadLibraryName(image, nameAddress) is { } name)
                libraries.Add(new PeImportedLibrary(name, ReadDelayedFunctions(image, name, lookupAddress, boundAddress, isAbsolute, ref total)));
        }

        return libraries;
    }

    private static List<PeImportedFunction> ReadFunctions(PeImage image, byte[] library, uint lookup, uint bound, ref int total)
    {
        var functions = new List<PeImportedFunction>();
        var at = image.ToOffset(lookup);
        if (at <= 0)
            at = image.ToOffset(bound);
        if (at < 0)
            return functions;

        var size = image.Is64Bit ? 8 : 4;
        // PE32 has one limit for all libraries together, PE32+ one for each.
        var limit = image.Is64Bit ? MaximumFunctions : Maximum;
        for (var i = 0; total < limit && TryReadThunk(image, at, out var thunk) && thunk != 0; i++, at += size)
        {
            if (i >= (image.Is64Bit ? Maximum : MaximumFunctions) || (i & 0xFF) == 0xFF && !image.Reader.Budget.CheckTime())
                break;
            if (ReadFunction(image, library, thunk, Or(unchecked(bound + (uint)(i * size)))) is not { } function)
                continue;
            functions.Add(function);
            total++;
        }

        return functions;
    }

    private static PeImportedFunction? ReadFunction(PeImage image, byte[] library, ulong thunk, long? address)
    {
        if (IsOrdinal(image, thunk))
            return new PeImportedFunction(OrdinalName(library, (ushort)thunk), (ushort)thunk, address);
        var at = image.ToOffset(thunk);
        // The hint's two bytes and at least one of the name.
        if (at < 0 || !image.Reader.Fits(at, 3))
            return null;
        var name = image.Reader.TextUpToZero(at + 2, MaximumNameLength, out _);
        return name is not null && IsValidName(name) ? new PeImportedFunction(name, null, address) : null;
    }

    private static List<PeImportedFunction> ReadDelayedFunctions(
        PeImage image, byte[] library, ulong lookup, ulong bound, bool isAbsolute, ref int total)
    {
        var functions = new List<PeImportedFunction>();
        var size = image.Is64Bit ? 8u : 4u;
        for (; total < MaximumFunctions; lookup += size, bound += size, total++)
        {
            if ((total & 0xFF) == 0xFF && !image.Reader.Budget.CheckTime())
                break;
            if (!TryReadThunk(image, image.ToOffset(lookup), out var thunk) || !TryReadThunk(image, image.ToOffset(bound), out var target)
                || thunk == 0 || target == 0)
                break;
            if (IsOrdinal(image, thunk))
            {
                functions.Add(new PeImportedFunction(OrdinalName(library, (ushort)thunk), (ushort)thunk, Or((long)bound)));
                continue;
            }

            var at = image.ToOffset(Rebase(image, thunk, isAbsolute) + 2);
            // A name that lies nowhere is an empty one.
            functions.Add(new PeImportedFunction(image.Reader.TextUpToZero(at, MaximumNameLength, out _) ?? [], null, Or((long)bound)));
        }

        return functions;
    }

    private static byte[]? ReadLibraryName(PeImage image, ulong address)
    {
        var at = image.ToOffset(address);
        var name = at < 0 ? null : image.Reader.TextUpToZero(at, MaximumLibraryNameLength, out var isTerminated) is { Length: > 0 } text && isTerminated
            ? text : null;
        return name is not null && IsValidLibraryName(name) ? name : null;
    }

    private static bool TryReadThunk(PeImage image, long at, out ulong thunk)
    {
        if (image.Is64Bit)
            return image.Reader.TryReadUInt64(at, out thunk);
        var ok = image.Reader.TryReadUInt32(at, out var value);
        thunk = value;
        return ok;
    }

    private static bool IsOrdinal(PeImage image, ulong thunk) => (thunk & (image.Is64Bit ? 1UL << 63 : 1UL << 31)) != 0;

    private static byte[] OrdinalName(byte[] library, ushort ordinal) => Encoding.Latin1.GetBytes(PeOrdinalNames.Find(library, ordinal));

    private static ulong Rebase(PeImage image, ulong address, bool isAbsolute) =>
        isAbsolute && address != 0 && address > image.ImageBase ? address - image.ImageBase : address;

    private static long? Or(long address) => address == 0 ? null : address;

    /// <summary>Characters that a file name in Windows can have, and those of paths.</summary>
    private static bool IsValidLibraryName(ReadOnlySpan<byte> name) => name.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0 && name.IndexOfAny("\"*<>?|"u8) < 0;

    /// <summary>Names that pefile takes for names, so that the imphash is the same.</summary>
    private static bool IsValidName(ReadOnlySpan<byte> name)
    {
        foreach (var value in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && !"._?@$()<>"u8.Contains(value))
                return false;
        }

        return name.Length > 0;
    }
}
