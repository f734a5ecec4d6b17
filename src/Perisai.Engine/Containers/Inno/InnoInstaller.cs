using System.Buffers.Binary;
using System.IO.Hashing;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Inno;

/// <summary>
/// Finds the table that tells an Inno Setup installer where its data are: in a resource since version 5.1.5, before that where the program's DOS header points to.
/// </summary>
internal static class InnoInstaller
{
    private const int ResourceName = 11111;
    private const int RawData = 10;
    private const int PointerOffset = 0x30;
    private const int MarkLength = 12;

    /// <summary>The version of a table with this mark, which its fields are behind.</summary>
    private const int Revision = 1;

    private static ReadOnlySpan<byte> ResourceMark => [(byte)'r', (byte)'D', (byte)'l', (byte)'P', (byte)'t', (byte)'S', 0xCD, 0xE6, 0xD7, 0x7B, 0x0B, 0x2A];

    private static ReadOnlySpan<byte> PointedMark => [(byte)'r', (byte)'D', (byte)'l', (byte)'P', (byte)'t', (byte)'S', (byte)'0', (byte)'7', 0x87, (byte)'e', (byte)'V', (byte)'x'];

    private static ReadOnlySpan<byte> PointerMark => "Inno"u8;

    public static void HandOn(IReadOnlyList<PeResource> resources, ByteSource source, IMemberSink sink)
    {
        foreach (var resource in resources)
        {
            if (resource is { Type.Id: RawData, Name.Id: ResourceName, Offset: { } offset } && Find(source, offset, sink) is { } table)
            {
                InnoSetupReader.Read(source, table.Header, table.Data, sink);
                return;
            }
        }

        Span<byte> pointer = stackalloc byte[12];
        if (source.Read(PointerOffset, pointer) == pointer.Length && pointer.StartsWith(PointerMark)
            && BinaryPrimitives.ReadUInt32LittleEndian(pointer[4..]) is var place && BinaryPrimitives.ReadUInt32LittleEndian(pointer[8..]) == ~place
            && Find(source, place, sink) is { } pointed)
            InnoSetupReader.Read(source, pointed.Header, pointed.Data, sink);
    }

    /// <summary>The places of the headers and the data; null where there is no table.</summary>
    private static (long Header, long Data)? Find(ByteSource source, long offset, IMemberSink sink)
    {
        Span<byte> bytes = stackalloc byte[44];
        if (source.Read(offset, bytes) < bytes.Length)
            return null;
        var hasRevision = bytes.StartsWith(ResourceMark);
        if (!hasRevision && !bytes.StartsWith(PointedMark))
            return null;
        var fields = bytes[MarkLength..];
        if (hasRevision && BinaryPrimitives.ReadUInt32LittleEndian(fields) != Revision)
        {
            sink.AddNotScanned(new("setup-0"), NotScannedReason.Unsupported, "inno: a newer table of its parts.");
            return null;
        }

        // The installer's length, and place, length and checksum of the setup program come first.
        fields = fields[(hasRevision ? 4 : 0)..];
        var end = MarkLength + (hasRevision ? 4 : 0) + 24;
        if (Crc32.HashToUInt32(bytes[..end]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[end..]))
            sink.AddFault(InnoFaults.BadTable, offset);
        return (BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]), BinaryPrimitives.ReadUInt32LittleEndian(fields[20..]));
    }
}
