namespace Perisai.Engine.Containers.Ole2;

/// <summary>Numbers of compound files ([MS-CFB]).</summary>
internal static class Ole2Format
{
    public const int HeaderLength = 512;
    public const int EntryLength = 128;

    /// <summary>Sector numbers in the header; more are in a chain of sectors.</summary>
    public const int HeaderTableSectors = 109;

    /// <summary>Numbers from here on are no sectors: ends of chains, and what a sector serves as.</summary>
    public const uint FirstSpecial = 0xFFFFFFFA;
    public const uint EndOfChain = 0xFFFFFFFE;
    public const uint Free = 0xFFFFFFFF;
}

/// <summary>Kinds of directory entries.</summary>
internal enum Ole2Kind : byte
{
    Unused = 0,
    Storage = 1,
    Stream = 2,
    Root = 5,
}
