namespace Perisai.Engine.Sources;

/// <summary>Ids of what can be wrong with a definitions source as a whole.</summary>
internal static class SourceFaults
{
    /// <summary>A file that no kind of definitions is known for.</summary>
    public const string UnknownKind = "source.unknown-kind";

    /// <summary>A folder in which there is nothing to load.</summary>
    public const string EmptyFolder = "source.empty-folder";

    /// <summary>A compiled segment among the sources.</summary>
    public const string IsSegment = "source.is-a-segment";

    /// <summary>A file that cannot be read.</summary>
    public const string Unreadable = "source.unreadable";

    /// <summary>An empty line where ClamAV allows none.</summary>
    public const string EmptyLine = "source.empty-line";

    /// <summary>A line longer than <see cref="LineReader.MaximumLength"/>.</summary>
    public const string LineTooLong = "source.line-too-long";

    /// <summary>The compiler takes no further source.</summary>
    public const string TooMany = "source.too-many";

    /// <summary>No catalogue of Windows.</summary>
    public const string Catalog = "source.catalogue";

    /// <summary>A catalogue that nobody signed whom the rules of the build trust.</summary>
    public const string UntrustedCatalog = "source.catalogue-not-trusted";
}
