namespace Perisai.Engine.Formats.Identification;

/// <summary>
/// Types that the first bytes give away. A table, ordered by the first byte. Two-byte marks are backed by whatever else the format's
/// header has to hold, so that text and chance do not pass for them; nothing is asked that the format's own programs do not ask.
/// </summary>
internal static class BinaryMagic
{
    /// <summary>The type, or <see cref="FileType.Unknown"/>. <paramref name="head"/> is the object's beginning, at least one byte.</summary>
    public static FileType Find(ReadOnlySpan<byte> head) => head[0] switch
    {
        0x00 => FindZero(head),
        0x02 when head.BeginsWith([0x02, 0x21, 0x4C, 0x18]) => FileType.Lz4,
        0x04 when head.BeginsWith([0x04, 0x22, 0x4D, 0x18]) => FileType.Lz4,
        0x04 when head.StartsWith("\u0004%!PS"u8) => FileType.PostScript,
        0x0E when head.BeginsWith([0x0E, 0x11, 0xFC, 0x0D, 0xD0, 0xCF, 0x11, 0x0E]) => FileType.Ole2,
        0x1A when head.BeginsWith([0x1A, 0x45, 0xDF, 0xA3]) => FileType.Media,
        0x1A when HeaderChecks.IsArc(head) => FileType.Arc,
        0x1F => HeaderChecks.FindCompressed(head),
        >= 0x22 and <= 0x28 when head.Length >= 4 && head[1..].BeginsWith([0xB5, 0x2F, 0xFD]) => FileType.Zstd,
        (byte)'#' when head.StartsWith("# Disk DescriptorFile"u8) => FileType.Vmdk,
        (byte)'#' when head.StartsWith("#@~^"u8) => FileType.EncodedScript,
        (byte)'%' when head.StartsWith("%!PS"u8) => FileType.PostScript,
        (byte)'0' => FindDigitZero(head),
        (byte)'8' when head.StartsWith("8BPS\0\u0001"u8) || head.StartsWith("8BPS\0\u0002"u8) => FileType.Photoshop,
        (byte)'7' when head.BeginsWith([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) => FileType.SevenZip,
        (byte)'!' when head.StartsWith("!<arch>\n"u8) || head.StartsWith("!<thin>\n"u8) => FileType.Ar,
        (byte)'A' when head.StartsWith("ActiveMime"u8) && head.Length > 10 && head[10] < ' ' => FileType.ActiveMime,
        (byte)'A' when head.BeginsWith([(byte)'A', (byte)'L', (byte)'Z', 1]) => FileType.Alz,
        (byte)'B' => FindLetterB(head),
        (byte)'Z' when head.StartsWith("ZOO "u8) && head.Length >= 24 && head[20..].BeginsWith([0xDC, 0xA7, 0xC4, 0xFD]) => FileType.Zoo,
        (byte)'C' or (byte)'F' or (byte)'Z' => FindLettersCFZ(head),
        (byte)'E' when head.StartsWith("EGGA"u8) => FileType.Egg,
        (byte)'G' when head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) => FileType.Gif,
        (byte)'H' when head.StartsWith("HWP Document File V3.00 \u001a\u0001\u0002\u0003\u0004\u0005"u8) => FileType.Hwp3,
        (byte)'I' => FindLetterI(head),
        (byte)'K' when head.BeginsWith([(byte)'K', (byte)'W', (byte)'A', (byte)'J', 0x88, 0xF0, 0x27, 0xD1]) => FileType.Szdd,
        (byte)'K' when head.StartsWith("KDMV"u8) => FileType.Vmdk,
        (byte)'L' => FindLetterL(head),
        (byte)'M' => FindLetterM(head),
        (byte)'O' => head.StartsWith("OggS"u8) ? FileType.Media : head.StartsWith("OTTO\0"u8) ? FileType.Font : FileType.Unknown,
        (byte)'J' when head.StartsWith("JM\u0001\0PK\u0003\u0004"u8) => FileType.Zip,
        >= 0x50 and <= 0x5F when head.Length >= 4 && head[1..].BeginsWith([0x2A, 0x4D, 0x18]) => FileType.Zstd,
        (byte)'P' => FindLetterP(head),
        (byte)'Q' when head.BeginsWith([(byte)'Q', (byte)'F', (byte)'I', 0xFB]) => FileType.Qcow2,
        (byte)'R' => FindLetterR(head),
        (byte)'S' => FindLetterS(head),
        0x60 when HeaderChecks.IsArj(head) => FileType.Arj,
        (byte)'c' when head.StartsWith("conectix"u8) => FileType.Vhd,
        (byte)'d' when head.StartsWith("dex\n"u8) && head.Length > 7 && head[7] == 0 => FileType.Dex,
        (byte)'e' when head.StartsWith("encrcdsa"u8) => FileType.Dmg,
        (byte)'f' when head.StartsWith("fLaC\0"u8) => FileType.Media,
        (byte)'h' when HeaderChecks.IsSquashFs(head) => FileType.SquashFs,
        (byte)'s' when HeaderChecks.IsSquashFs(head) => FileType.SquashFs,
        (byte)'t' => head.StartsWith("ttcf\0"u8) || head.StartsWith("true\0"u8) ? FileType.Font : FileType.Unknown,
        (byte)'v' when head.StartsWith("vhdxfile"u8) => FileType.Vhdx,
        (byte)'w' => head.StartsWith("wOFF"u8) || head.StartsWith("wOF2"u8) ? FileType.Font : FileType.Unknown,
        (byte)'x' => head.StartsWith("xar!"u8) ? FileType.Xar : head.BeginsWith([0x78, 0x9F, 0x3E, 0x22]) ? FileType.Tnef : FileType.Unknown,
        0x7A when head.BeginsWith([0x7A, 0x1A, 0x20, 0x10]) => FileType.Sis,
        0x7F when head.StartsWith("\u007fELF"u8) => FileType.Elf,
        0x89 when head.BeginsWith([0x89, (byte)'P', (byte)'N', (byte)'G']) => FileType.Png,
        0xBE when HeaderChecks.IsSwappedFat(head) => FileType.MachOFat,
        0xC5 when head.BeginsWith([0xC5, 0xD0, 0xD3, 0xC6]) => FileType.PostScript,
        0xCA => HeaderChecks.FindCafeBabe(head),
        0xCE when head.BeginsWith([0xCE, 0xFA, 0xED, 0xFE]) => FileType.MachO,
        0xCF when head.BeginsWith([0xCF, 0xFA, 0xED, 0xFE]) => FileType.MachO,
        0xD0 when head.BeginsWith([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) => FileType.Ole2,
        0xE4 when head.BeginsWith(OneNoteIdentifier) => FileType.OneNote,
        0xED when head.BeginsWith([0xED, 0xAB, 0xEE, 0xDB]) => FileType.Rpm,
        0xFD when head.BeginsWith([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) => FileType.Xz,
        0xFD when head.BeginsWith([0xFD, 0x2F, 0xB5, 0x1E]) => FileType.Zstd,
        0xFE when head.BeginsWith([0xFE, 0xED, 0xFA, 0xCE]) || head.BeginsWith([0xFE, 0xED, 0xFA, 0xCF]) => FileType.MachO,
        0xFF => FindAllOnes(head),
        _ => FileType.Unknown,
    };

    private static ReadOnlySpan<byte> OneNoteIdentifier =>
        [0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, 0xAE, 0xB1, 0x53, 0x78, 0xD0, 0x29, 0x96, 0xD3];

    private static ReadOnlySpan<byte> ShellLinkHeader =>
        [0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];

    private static FileType FindZero(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\0asm"u8))
            return FileType.WebAssembly;
        if (head.BeginsWith([0, 0, 1, 0xBA]) || head.BeginsWith([0, 0, 1, 0xB3]))
            return FileType.Media;
        if (head.BeginsWith([0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' ']))
            return FileType.Jpeg2000;
        if (HeaderChecks.IsIcon(head))
            return FileType.Icon;
        if (HeaderChecks.IsTrueType(head))
            return FileType.Font;
        return FileType.Unknown;
    }

    private static FileType FindDigitZero(ReadOnlySpan<byte> head)
    {
        if (CpioHeader.IsText(head))
            return FileType.Cpio;
        return head.BeginsWith([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) ? FileType.Media : FileType.Unknown;
    }

    private static FileType FindLetterB(ReadOnlySpan<byte> head) =>
        HeaderChecks.IsBzip2(head) ? FileType.Bzip2 : HeaderChecks.IsBitmap(head) ? FileType.Bmp : FileType.Unknown;

    private static FileType FindLettersCFZ(ReadOnlySpan<byte> head)
    {
        if (HeaderChecks.IsFlash(head))
            return FileType.Swf;
        // A browser extension: a signature, then a zip archive.
        if (head.StartsWith("Cr24"u8) && head.Length > 7 && head[4] is 2 or 3 && head[5] == 0)
            return FileType.Zip;
        if (head.StartsWith("COWD\u0001\0\0\0"u8))
            return FileType.Vmdk;
        return head.StartsWith("FLV\u0001"u8) || head.StartsWith("FORM"u8) && head.Length >= 12 && head[8..].StartsWith("AIF"u8)
            ? FileType.Media : FileType.Unknown;
    }

    private static FileType FindLetterI(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("ISc("u8))
            return FileType.InstallShieldCab;
        if (head.StartsWith("ITSF"u8) && head.Length > 7 && head[4] is > 0 and < 9 && head[5..].StartsWith("\0\0\0"u8))
            return FileType.Chm;
        if (head.StartsWith("II*\0"u8) || head.StartsWith("II+\0\b\0"u8))
            return FileType.Tiff;
        return head.StartsWith("ID3"u8) && head.Length > 3 && head[3] < 8 ? FileType.Media : FileType.Unknown;
    }

    private static FileType FindLetterL(ReadOnlySpan<byte> head)
    {
        if (head.BeginsWith(ShellLinkHeader))
            return FileType.Lnk;
        // Version 0 or 1, and a dictionary of 4 KiB to 512 MiB.
        return head.StartsWith("LZIP"u8) && head.Length > 5 && head[4] <= 1 && (head[5] & 0x1F) is >= 12 and <= 29
            ? FileType.Lzip : FileType.Unknown;
    }

    private static FileType FindLetterM(ReadOnlySpan<byte> head)
    {
        if (HeaderChecks.IsCabinet(head))
            return FileType.Cab;
        if (head.StartsWith("MSWIM\0\0\0"u8))
            return FileType.Wim;
        if (head.StartsWith("MM\0*"u8) || head.StartsWith("MM\0+\0\b"u8))
            return FileType.Tiff;
        return head.StartsWith("MThd\0\0\0\u0006"u8) ? FileType.Media : FileType.Unknown;
    }

    private static FileType FindLetterP(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4 || head[1] != 'K')
            return FileType.Unknown;
        // A local header; an empty archive; the first part of a split one; the mark of a split archive that became one part.
        return head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) || head.StartsWith("PK\u0006\u0006"u8)
            || head.StartsWith("PK\u0007\u0008PK\u0003\u0004"u8) || head.StartsWith("PK00PK\u0003\u0004"u8)
            ? FileType.Zip : FileType.Unknown;
    }

    private static FileType FindLetterR(ReadOnlySpan<byte> head)
    {
        if (head.BeginsWith([(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 7, 0]))
            return FileType.Rar4;
        if (head.BeginsWith([(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 7, 1, 0]))
            return FileType.Rar5;
        // RAR 1.4 and before: the reader says that it is too old, which is better than silence.
        if (head.StartsWith("RE~^"u8) && head.Length > 6 && head[5] == 0)
            return FileType.Rar4;
        return (head.StartsWith("RIFF"u8) || head.StartsWith("RIFX"u8)) && HeaderChecks.HasFourCharacterCode(head, 8)
            ? FileType.Riff : FileType.Unknown;
    }

    private static FileType FindLetterS(ReadOnlySpan<byte> head)
    {
        if (head.BeginsWith([(byte)'S', (byte)'Z', (byte)'D', (byte)'D', 0x88, 0xF0, 0x27, 0x33])
            || head.BeginsWith([(byte)'S', (byte)'Z', (byte)' ', 0x88, 0xF0, 0x27, 0x33, 0xD1]))
            return FileType.Szdd;
        // Of the older form the creator's mark stands behind the length.
        if (head.StartsWith("StuffIt (c)1997-"u8) || (head.StartsWith("SIT!"u8) && head.Length >= 14 && head[10..].StartsWith("rLau"u8)))
            return FileType.StuffIt;
        return head.StartsWith("SQLite format 3\0"u8) ? FileType.Sqlite : FileType.Unknown;
    }

    private static FileType FindAllOnes(ReadOnlySpan<byte> head)
    {
        if (head.BeginsWith([0xFF, 0xD8, 0xFF]))
            return FileType.Jpeg;
        if (head.BeginsWith([0xFF, 0x4F, 0xFF, 0x51]))
            return FileType.Jpeg2000;
        // Layer III with a bit rate and a sampling rate that exist.
        return head.Length >= 4 && head[1] is 0xFA or 0xFB or 0xF2 or 0xF3 or 0xE2 or 0xE3 && (head[2] >> 4) is > 0 and < 15
            && (head[2] & 0x0C) != 0x0C ? FileType.Media : FileType.Unknown;
    }
}
