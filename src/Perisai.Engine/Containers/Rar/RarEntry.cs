namespace Perisai.Engine.Containers.Rar;

/// <summary>A file or a service record of an archive, as its header tells.</summary>
internal sealed record RarEntry
{
    public required string Name { get; init; }

    /// <summary>True for RAR 5.</summary>
    public required bool IsVersion5 { get; init; }

    public long HeaderOffset { get; init; }

    public long DataOffset { get; init; }

    /// <summary>The packed length that the header tells.</summary>
    public long PackedSize { get; init; }

    /// <summary>The unpacked length that the header tells; -1 where it tells none.</summary>
    public long UnpackedSize { get; init; }

    /// <summary>0 for stored, 1 to 5 for compressed.</summary>
    public int Method { get; init; }

    /// <summary>The version needed to unpack: 15, 20, 26, 29, 36 for RAR 1.5 to 4; 0 or 1 (RAR 7) for RAR 5.</summary>
    public int Algorithm { get; init; }

    /// <summary>Bytes of history that the compressed data may refer to.</summary>
    public long Dictionary { get; init; }

    /// <summary>True where the compressed data goes on from the entry before.</summary>
    public bool IsSolid { get; init; }

    public bool IsFolder { get; init; }

    public bool IsService { get; init; }

    /// <summary>A link: it has no content of its own.</summary>
    public bool IsLink { get; init; }

    public bool BeginsEarlier { get; init; }

    public bool GoesOn { get; init; }

    public uint? Checksum { get; init; }

    public RarEncryption? Encryption { get; init; }

    public bool IsEncrypted => Encryption is not null;
}

/// <summary>How an entry, or an archive's headers, are encrypted.</summary>
/// <param name="Salt">8 bytes in RAR 3 and 4, 16 in RAR 5; empty in older ones.</param>
/// <param name="Power">RAR 5: the rounds of the key derivation are 2 to this power.</param>
/// <param name="Vector">RAR 5: the initial vector.</param>
/// <param name="Check">RAR 5: what a right password leads to; empty where it is not stored.</param>
/// <param name="IsChecksumKeyed">RAR 5: the checksum depends on the password.</param>
internal sealed record RarEncryption(byte[] Salt, int Power, byte[] Vector, byte[] Check, bool IsChecksumKeyed);
