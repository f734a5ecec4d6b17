using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine;

/// <summary>Something wrong in a definitions source, said so that its author can mend it.</summary>
/// <param name="Id">Stable, for tests and filters: <c>clamav.hex-odd-digit</c>.</param>
/// <param name="File">The source's name.</param>
/// <param name="Line">One-based.</param>
/// <param name="Column">One-based.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record Diagnostic(string Id, string File, int Line, int Column, string Message)
{
    /// <summary>True where the build should fail; false for a warning.</summary>
    public bool IsError { get; init; } = true;

    /// <summary>The line itself, where the source is a text for people; null otherwise, and where it is longer than people read.</summary>
    public string? SourceLine { get; init; }

    /// <summary>The column behind what is meant; 0 where it is not known.</summary>
    public int EndColumn { get; init; }

    /// <summary>What the author may have wanted; null where there is no guess.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The YARA rule that it is about; null where it is about none.</summary>
    public string? Rule { get; init; }

    internal static Diagnostic At(SourceLocation location, string id, string message) =>
        new(id, location.File, location.Line, Math.Max(1, location.Column), message);

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: {(IsError ? "error" : "warning")} {Id}: {Message}";
}
