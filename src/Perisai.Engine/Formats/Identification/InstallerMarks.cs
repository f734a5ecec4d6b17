namespace Perisai.Engine.Formats.Identification;

/// <summary>What must hold at the beginning of installers' data, which lies behind a program.</summary>
internal static class InstallerMarks
{
    /// <summary>The type of the data; Unknown where it is of none of these.</summary>
    public static FileType Find(ReadOnlySpan<byte> head)
    {
        if (IsNsis(head))
            return FileType.Nsis;
        if (IsAutoIt(head))
            return FileType.AutoIt;
        if (head.StartsWith("Inno Setup Setup Data ("u8))
            return FileType.InnoSetup;
        return FindInstallShieldStream(head, out _) >= 0 || IsInstallShieldFile(head) ? FileType.InstallShieldSetup : FileType.Unknown;
    }

    /// <summary>The offset of a setup program's list of files, behind debugging data that the linker left there; -1 where there is none.</summary>
    /// <param name="isNew">Whether it is a list of newer programs.</param>
    public static int FindInstallShieldStream(ReadOnlySpan<byte> head, out bool isNew)
    {
        isNew = head.StartsWith("ISSetupStream\0"u8);
        if (isNew || head.StartsWith("InstallShield\0"u8))
            return 0;
        if (head.Length < 32 || !head.StartsWith("NB10\0\0\0\0"u8))
            return -1;
        var path = head[16..Math.Min(head.Length, 512)];
        var end = path.IndexOf((byte)0);
        return end > 0 && path[(end + 1)..].StartsWith("InstallShield\0"u8) ? 16 + end + 1 : -1;
    }

    /// <summary>AutoIt's mark, and a version of a compiled script behind it.</summary>
    private static bool IsAutoIt(ReadOnlySpan<byte> head) =>
        head.Length >= 24 && head.BeginsWith([0xA3, 0x48, 0x4B, 0xBE, 0x98, 0x6C, 0x4A, 0xA9, 0x99, 0x4C, 0x53, 0x0A, 0x86, 0xD6, 0x48, 0x7D])
        && head[16..].StartsWith("AU3!EA0"u8);

    /// <summary>The word that the first header of a Nullsoft installer has behind its flags.</summary>
    private static bool IsNsis(ReadOnlySpan<byte> head) =>
        head.Length >= 28 && head[4..].BeginsWith([0xEF, 0xBE, 0xAD, 0xDE]) && head[8..].StartsWith("NullsoftInst"u8);

    /// <summary>A name, a path that ends with it, a version and a length: four texts that neither chance nor other texts bring about.</summary>
    private static bool IsInstallShieldFile(ReadOnlySpan<byte> head)
    {
        if (head[0] < ' ')
            return false;
        var name = Next(ref head, 128);
        if (name.IsEmpty || name.ContainsAnyExceptInRange((byte)32, (byte)126))
            return false;
        if (!Next(ref head, 512).EndsWith(name))
            return false;
        var version = Next(ref head, 64);
        var length = Next(ref head, 16);
        return !version.ContainsAnyExcept("0123456789., "u8) && !length.IsEmpty && !length.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> head, int most)
    {
        var end = head[..Math.Min(head.Length, most)].IndexOf((byte)0);
        if (end < 0)
        {
            head = default;
            return default;
        }

        var text = head[..end];
        head = head[(end + 1)..];
        return text;
    }
}
