using System.Text.RegularExpressions;

namespace Perisai.Engine.Tests.Architecture;

/// <summary>The project's own sources, as text.</summary>
internal static partial class SourceTree
{
    /// <summary>The folder that holds the solution; null where the tests run away from their sources.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>Every C# file below a folder, without what a build made.</summary>
    public static IEnumerable<SourceText> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Require(), folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/bin/") && !path.Contains("/obj/"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceText(Path.GetRelativePath(Require(), path), File.ReadAllText(path)));

    /// <summary>The root; skips the test where there is none.</summary>
    public static string Require()
    {
        if (Root is null)
            Assert.Skip("The tests run away from the source tree.");
        return Root;
    }

    private static string? FindRoot()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Perisai.slnx")))
                return at;
        }

        return null;
    }
}

/// <summary>One file: what it declares and what it names.</summary>
/// <param name="Path">From the root.</param>
/// <param name="Text">All of it.</param>
internal sealed partial record SourceText(string Path, string Text)
{
    private readonly string _code = WithoutText().Replace(Text, " ");

    public string FileName => System.IO.Path.GetFileName(Path);

    public string Namespace => NamespaceLine().Match(_code) is { Success: true } match ? match.Groups[1].Value : "";

    /// <summary>Types declared at the file's top level.</summary>
    public IEnumerable<string> Declared => TypeLine().Matches(_code).Select(match => match.Groups[1].Value);

    /// <summary>Namespaces whose types can be named without more: its own, those around it, and the imported ones.</summary>
    public IEnumerable<string> Visible
    {
        get
        {
            for (var at = Namespace; at.Length > 0; at = at.Contains('.') ? at[..at.LastIndexOf('.')] : "")
                yield return at;
            foreach (Match match in UsingLine().Matches(_code))
                yield return match.Groups[1].Value;
        }
    }

    /// <summary>
    /// Every capitalised name in the code that could be a type: all but member names after a dot. It may hold a property that is called as a
    /// type is; that its type is then named as well is what such names are for.
    /// </summary>
    public IEnumerable<string> Named => Name().Matches(UsingLine().Replace(_code, "")).Select(match => match.Value).Distinct();

    [GeneratedRegex(""" "{3}[\s\S]*?"{3} | // [^\n]* | /\*[\s\S]*?\*/ | '(?:\\.|[^'\\\n])+' | @"[^"]*" | "(?:\\.|[^"\\\n])*" """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex WithoutText();

    [GeneratedRegex(@"^namespace\s+([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using\s+(?:static\s+)?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|abstract|static|readonly|ref|partial|unsafe)\s+)*"
        + @"(?:class|struct|interface|enum|record struct|record class|record|delegate\s+\S+)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
    private static partial Regex Name();
}
