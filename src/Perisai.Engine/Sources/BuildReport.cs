using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>What a build loaded and what it could not.</summary>
public sealed record BuildReport
{
    /// <summary>Loaded definitions by kind: <c>hdb</c>, <c>ndb</c>, <c>ldb</c> … <c>hashes</c> for plain lists, <c>built-in</c>.</summary>
    public ImmutableSortedDictionary<string, long> Loaded { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Definitions that were left out because an ignore list among the sources names them.</summary>
    public long Retracted { get; init; }

    /// <summary>Lines understood but not supported, by kind and reason.</summary>
    public ImmutableArray<UnsupportedLines> Unsupported { get; init; } = [];

    /// <summary>Errors and warnings in the sources. A line with an error is left out and the rest is loaded.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Errors and warnings beyond those that <see cref="Diagnostics"/> holds; a file of other content has one a line.</summary>
    public long DiagnosticsDropped { get; init; }

    /// <summary>Whether one of these, also of those dropped, is an error.</summary>
    public bool HasErrors { get; init; }

    /// <summary>What each YARA rule costs, in their order; only with <see cref="DefinitionBuilder.DescribeRuleCosts"/>.</summary>
    public ImmutableArray<RuleCost> RuleCosts { get; init; } = [];

    /// <summary>SHA-256 of the segment, lower-case hex.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The segment's length in bytes.</summary>
    public long Length { get; init; }
}
