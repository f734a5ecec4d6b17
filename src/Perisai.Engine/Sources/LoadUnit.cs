using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Sources;

/// <summary>One text database to load: a file, a member of a container, or a built-in one.</summary>
/// <param name="Kind">How it is read.</param>
/// <param name="Name">How definitions and diagnostics name it.</param>
/// <param name="Flags">What holds for all its definitions.</param>
/// <param name="Open">Opens its bytes.</param>
internal sealed record LoadUnit(DatabaseKind Kind, string Name, DefinitionFlags Flags, Func<Stream> Open)
{
    /// <summary>Under which kind the report counts its definitions.</summary>
    public string CountedAs { get; init; } = Kind.IsHashList ? DatabaseKind.HashList.Name : Kind.Form == DatabaseForm.Rules ? DatabaseKind.Rules.Name : Kind.Name;

    /// <summary>Where files that it includes are looked for; null where it is no file itself.</summary>
    public string? Folder { get; init; }

    /// <summary>The namespace of its rules; by default it is one of its own.</summary>
    public string Namespace { get; init; } = Name;
}
