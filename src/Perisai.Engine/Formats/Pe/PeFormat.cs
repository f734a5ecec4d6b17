namespace Perisai.Engine.Formats.Pe;

/// <summary>Numbers of the PE format (Microsoft PE and COFF specification) and of ClamAV's reading of it.</summary>
internal static class PeFormat
{
    /// <summary>Where the DOS header holds the offset of the PE header.</summary>
    public const int HeaderPointerOffset = 0x3C;

    /// <summary>Signature and COFF header.</summary>
    public const int FileHeaderLength = 24;

    /// <summary>The optional header up to the data directories.</summary>
    public const int OptionalHeaderLength32 = 96;

    /// <inheritdoc cref="OptionalHeaderLength32"/>
    public const int OptionalHeaderLength64 = 112;

    public const int SectionHeaderLength = 40;

    public const ushort Pe32PlusMagic = 0x20B;

    /// <summary>The bit of Characteristics that says DLL.</summary>
    public const int LibraryCharacteristic = 0x2000;

    /// <summary>More data directories than this are ignored.</summary>
    public const int MaximumDirectories = 16;

    public const int ImportDirectory = 1;

    public const int ExportDirectory = 0;

    public const int ResourceDirectory = 2;

    /// <summary>Its address is a file offset.</summary>
    public const int SecurityDirectory = 4;

    public const int DebugDirectory = 6;

    public const int DelayedImportDirectory = 13;

    /// <summary>The header of the common language runtime.</summary>
    public const int RuntimeDirectory = 14;

    /// <summary>RT_VERSION.</summary>
    public const uint VersionResourceType = 16;
}
