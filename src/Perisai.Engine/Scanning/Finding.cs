using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>What is reported about one object.</summary>
public abstract record Finding
{
    /// <summary>The names from the root down to the object: <c>a.zip</c>, <c>b/c.tar.gz</c>, <c>d.exe</c>.</summary>
    public required ImmutableArray<string> Path { get; init; }

    /// <summary>The object's type.</summary>
    public FileType Type { get; init; }

    /// <summary>The object's length in bytes; -1 where it is not known.</summary>
    public long Length { get; init; } = -1;

    /// <summary>The path as one line, <c>a.zip > b/c.tar.gz > d.exe</c>.</summary>
    public string DisplayPath => string.Join(" > ", Path);
}

/// <summary>A definition names a threat in the object.</summary>
public sealed record Detection : Finding
{
    /// <summary>The definition's name.</summary>
    public required string Name { get; init; }

    /// <summary>The source database of the definition.</summary>
    public required string Source { get; init; }

    /// <summary>The definition's line in its source, one-based; 0 where there is none.</summary>
    public int Line { get; init; }

    /// <summary>SHA-256 of the segment that holds it, lower-case hex; empty for a heuristic of the engine.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Whether the source's digital signature was checked when it was compiled.</summary>
    public bool IsFromSignedSource { get; init; }

    /// <summary>Whether the definition names something unwanted rather than harmful.</summary>
    public bool IsPotentiallyUnwanted { get; init; }

    /// <summary>Where it matched; empty for a digest of the whole object. At most the first 64 matches.</summary>
    public ImmutableArray<MatchRange> Matches { get; init; } = [];

    /// <summary>The bytes of the first matches, where <see cref="ScanOptions.ExcerptContext"/> asks for them.</summary>
    public ImmutableArray<MatchExcerpt> Excerpts { get; init; } = [];

    /// <summary>Digests of the object, lower-case hex.</summary>
    public ObjectDigests Digests { get; init; } = new("", "", "");

    /// <summary>What a YARA rule says of itself, where <see cref="ScanOptions.DescribeRules"/> asks for it; null otherwise.</summary>
    public RuleMatch? Rule { get; init; }
}

/// <summary>Something in the object is shaped like an attack on scanners.</summary>
public sealed record Suspicion : Finding
{
    /// <summary>A stable name, such as <c>Bomb.ExpansionRatio</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>
/// Something of the object that is no threat by itself and that its owner may want to know or to refuse: macros, a broken header, partitions
/// that overlap. It does not change the verdict.
/// </summary>
public sealed record Observation : Finding
{
    /// <summary>A stable name, such as <c>Document.VbaMacros</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>The object, or a part of it, was not looked at.</summary>
public sealed record NotScanned : Finding
{
    /// <summary>Why.</summary>
    public required NotScannedReason Reason { get; init; }

    /// <summary>The type of the container that it lies in; <see cref="FileType.Unknown"/> for a root.</summary>
    public FileType Container { get; init; }

    /// <summary>The limit, where the reason is <see cref="NotScannedReason.OverBudget"/>.</summary>
    public BudgetLimit Limit { get; init; }

    /// <summary>True where some of its bytes were looked at (a file cut short, an archive with a bad end).</summary>
    public bool IsPartial { get; init; }

    /// <summary>One sentence.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>Something malformed in the object.</summary>
public sealed record Malformation : Finding
{
    /// <summary>What and where.</summary>
    public required Fault Fault { get; init; }
}

/// <summary>A match of one subpattern.</summary>
/// <param name="Subpattern">The subpattern's number in its definition.</param>
/// <param name="Offset">First byte, from the object's start.</param>
/// <param name="Length">Bytes matched.</param>
public readonly record struct MatchRange(int Subpattern, long Offset, long Length);

/// <summary>Digests of one object in lower-case hex.</summary>
public sealed record ObjectDigests(string Md5, string Sha1, string Sha256);
