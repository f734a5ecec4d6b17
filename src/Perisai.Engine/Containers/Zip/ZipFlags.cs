namespace Perisai.Engine.Containers.Zip;

/// <summary>The general purpose bits of an entry.</summary>
[Flags]
internal enum ZipFlags : ushort
{
    None = 0,
    Encrypted = 1,

    /// <summary>Implode: an 8 KiB window instead of 4 KiB. LZMA: an end marker.</summary>
    Option1 = 1 << 1,

    /// <summary>Implode: literals are coded.</summary>
    Option2 = 1 << 2,

    /// <summary>Checksum and lengths stand in a descriptor behind the data.</summary>
    Descriptor = 1 << 3,
    StrongEncryption = 1 << 6,
    Utf8 = 1 << 11,

    /// <summary>Values in the local header are masked, as the directory is encrypted.</summary>
    MaskedHeader = 1 << 13,
}
