using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>What the volume descriptors of one session say.</summary>
internal sealed class IsoSession
{
    /// <summary>Images have three or four descriptors.</summary>
    private const int MaxDescriptors = 64;

    /// <summary>Sectors behind the descriptors in which the marks of UDF are looked for.</summary>
    private const int UdfSectors = 16;

    public List<IsoVolume> Volumes { get; } = [];

    /// <summary>Sectors of El Torito boot catalogs.</summary>
    public List<uint> BootCatalogs { get; } = [];

    /// <summary>Whether UDF describes the same image in its own way.</summary>
    public bool HasUdf { get; private set; }

    /// <summary>Where the volumes claim to end.</summary>
    public long End { get; private set; }

    public static IsoSession Read(BoundedReader reader, long start, IMemberSink sink)
    {
        var session = new IsoSession();
        reader.Position = start;
        var count = 0;
        for (; count < MaxDescriptors && reader.TryPeekSpan(Iso9660Format.SectorLength, out var sector); count++)
        {
            // The terminator ends the descriptors, but some follow it in images that shall hide them.
            if (!sector[1..].StartsWith(Iso9660Format.StandardIdentifier))
                break;
            session.Add(sector, reader.Position, sink);
            reader.TrySkip(Iso9660Format.SectorLength);
        }

        for (var index = 0; index < UdfSectors && reader.TryGetSpan(Iso9660Format.SectorLength, out var sector); index++)
            session.HasUdf |= sector[1..].StartsWith("NSR0"u8);
        return session;
    }

    private void Add(ReadOnlySpan<byte> sector, long at, IMemberSink sink)
    {
        switch ((IsoDescriptor)sector[0])
        {
            case IsoDescriptor.Boot when sector[7..].StartsWith("EL TORITO SPECIFICATION"u8):
                BootCatalogs.Add(BinaryPrimitives.ReadUInt32LittleEndian(sector[71..]));
                break;
            case IsoDescriptor.Primary or IsoDescriptor.Supplementary:
                if (IsoVolume.Parse(sector) is { } volume)
                {
                    // The copies that the standard allows, and version 2 (ISO 9660:1999), often have the same root.
                    if (!Volumes.Contains(volume))
                        Volumes.Add(volume);
                    End = Math.Max(End, (long)volume.Blocks * volume.BlockLength);
                }
                else
                {
                    sink.AddLoss(Iso9660Faults.BadVolume, at);
                }

                break;
        }
    }
}
