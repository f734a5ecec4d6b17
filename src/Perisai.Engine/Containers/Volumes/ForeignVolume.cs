namespace Perisai.Engine.Containers.Volumes;

/// <summary>
/// Tells file systems and volumes that are not opened, so that what a partition holds is never passed over in silence. A table of marks and
/// their places.
/// </summary>
internal static class ForeignVolume
{
    private static readonly (string Name, long Offset, byte[] Mark, bool IsEncrypted)[] _marks =
    [
        ("LUKS", 0, [.. "LUKS"u8, 0xBA, 0xBE], true),
        ("BitLocker", 3, [.. "-FVE-FS-"u8], true),
        ("XFS", 0, [.. "XFSB"u8], false),
        ("LVM", 512, [.. "LABELONE"u8], false),
        ("ReFS", 3, [.. "ReFS\0\0\0\0"u8], false),
        ("APFS", 32, [.. "NXSB"u8], false),
        ("HFS", 1024, [.. "BD"u8], false),
        ("F2FS", 1024, [0x10, 0x20, 0xF5, 0xF2], false),
        ("Btrfs", 0x10040, [.. "_BHRfS_M"u8], false),
        ("ReiserFS", 0x10034, [.. "ReIsEr"u8], false),
        ("JFS", 0x8000, [.. "JFS1"u8], false),
        ("UFS", 0x255C, [0x54, 0x19, 0x01, 0x00], false),
        ("UFS2", 0x1055C, [0x19, 0x01, 0x54, 0x19], false),
        ("bcachefs", 0x1018, [0xC6, 0x85, 0x73, 0xF6, 0x4E, 0x1A, 0x45, 0xCA], false),
        ("EROFS", 1024, [0xE2, 0xE1, 0xF5, 0xE0], false),
        ("cramfs", 0, [0x45, 0x3D, 0xCD, 0x28], false),
        ("romfs", 0, [.. "-rom1fs-"u8], false),
        ("VMFS", 0x100000, [0x0D, 0xD0, 0x01, 0xC0], false),
    ];

    /// <summary>Reports a part of a disk whose file system is not opened, beside its bytes. False: stop.</summary>
    public static bool Report(in Member member, ByteSource disk, long offset, IMemberSink sink)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var (name, at, mark, isEncrypted) in _marks)
        {
            var here = bytes[..mark.Length];
            if (disk.Read(offset + at, here) == mark.Length && here.SequenceEqual(mark))
            {
                return sink.AddNotScanned(
                    member, isEncrypted ? NotScannedReason.Encrypted : NotScannedReason.Unsupported, $"{name}: its files were not opened.");
            }
        }

        return !sink.ShouldStop;
    }
}
