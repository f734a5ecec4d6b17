using System.Buffers.Binary;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// Makes a PE file of an image in memory: new headers, then every section as long and at the place as it has in memory, so that addresses are
/// offsets.
/// </summary>
internal static class ImageFile
{
    private const int PageLength = 0x1000;
    private const int HeaderOffset = 0x80;
    private const int OptionalLength = 224;
    private const int SectionsOffset = HeaderOffset + PeFormat.FileHeaderLength + OptionalLength;
    private const uint Writable = 0x80000000;
    private const uint ExecutableCode = 0x60000020;

    /// <summary>Fills in the headers, in the image's own first page.</summary>
    public static void WriteHeaders(Span<byte> image, PeImage headers, uint entryPoint)
    {
        image[..Math.Min(PageLength, image.Length)].Clear();
        "MZ"u8.CopyTo(image);
        BinaryPrimitives.WriteUInt32LittleEndian(image[PeFormat.HeaderPointerOffset..], HeaderOffset);
        var header = image[HeaderOffset..];
        for (var at = 0; at < PeFormat.FileHeaderLength + OptionalLength; at += 2)
            BinaryPrimitives.WriteUInt16LittleEndian(header[at..], headers.UInt16(at));
        // As many as there is room for, and no more than the file could have.
        var count = Math.Min(headers.Sections.Length, (PageLength - SectionsOffset) / PeFormat.SectionHeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], OptionalLength);
        var optional = header[PeFormat.FileHeaderLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(optional[16..], entryPoint);
        BinaryPrimitives.WriteUInt32LittleEndian(optional[32..], PageLength);
        BinaryPrimitives.WriteUInt32LittleEndian(optional[36..], PageLength);
        BinaryPrimitives.WriteUInt32LittleEndian(optional[56..], (uint)image.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(optional[60..], PageLength);
        BinaryPrimitives.WriteUInt32LittleEndian(optional[92..], PeFormat.MaximumDirectories);
        // Certificates are of the packed file.
        optional.Slice(PeFormat.OptionalHeaderLength32 + 8 * PeFormat.SecurityDirectory, 8).Clear();
        for (var index = 0; index < count; index++)
            WriteSection(image[(SectionsOffset + PeFormat.SectionHeaderLength * index)..], headers.Sections[index], (uint)image.Length, entryPoint);
    }

    private static void WriteSection(Span<byte> row, PeSectionHeader section, uint imageLength, uint entryPoint)
    {
        var length = section.VirtualLength != 0 ? section.VirtualLength : section.RawLength;
        var address = Math.Min(section.Address & ~(PageLength - 1u), imageLength);
        var end = Math.Min(imageLength, (section.Address + (ulong)length + PageLength - 1) & ~(PageLength - 1UL));
        section.Name.CopyTo(row);
        BinaryPrimitives.WriteUInt32LittleEndian(row[8..], (uint)end - address);
        BinaryPrimitives.WriteUInt32LittleEndian(row[12..], address);
        BinaryPrimitives.WriteUInt32LittleEndian(row[16..], (uint)end - address);
        BinaryPrimitives.WriteUInt32LittleEndian(row[20..], address);
        // The program's code is not to be written to any more: that it could be was the packer's doing.
        var isEntered = entryPoint >= address && entryPoint < end;
        var flags = isEntered ? section.Characteristics & ~Writable | ExecutableCode : section.Characteristics;
        BinaryPrimitives.WriteUInt32LittleEndian(row[36..], flags);
    }
}
