namespace Perisai.Engine.Containers;

/// <summary>What a reader says of its format to people: a row of the table in docs/formats.md, which is generated from these.</summary>
/// <param name="Format">The format's usual name, with its extensions: <c>Microsoft cabinet (cab)</c>.</param>
/// <param name="Opens">What is opened: versions, methods, kinds of members.</param>
/// <param name="Specification">Where the format is described: title and link.</param>
internal sealed record FormatDescription(string Format, string Opens, string Specification)
{
    /// <summary>The format's own limits, beyond those of every scan; empty where it has none.</summary>
    public string Limits { get; init; } = "";

    /// <summary>What is known not to be opened, and is reported when met; empty where nothing is known.</summary>
    public string Gaps { get; init; } = "";
}
