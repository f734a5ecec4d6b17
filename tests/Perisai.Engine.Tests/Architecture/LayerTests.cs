using System.Xml.Linq;

namespace Perisai.Engine.Tests.Architecture;

/// <summary>
/// The tree is the architecture: arrows between the engine's folders and between the projects go down only. Types of the public face stand in
/// the namespace of the library and belong to the folder that they lie in, so the test reads sources and not the assembly.
/// </summary>
public sealed class LayerTests
{
    /// <summary>Each folder of the engine and the folders whose types it may name.</summary>
    private static readonly Dictionary<string, string[]> s_folders = new()
    {
        ["Bytes"] = [],
        ["Matching"] = ["Bytes"],
        ["Hashing"] = ["Bytes"],
        ["Formats"] = ["Bytes", "Matching", "Hashing"],
        ["Definitions"] = ["Bytes", "Matching", "Hashing", "Formats", "Modules"],
        ["Modules"] = ["Bytes", "Matching", "Hashing", "Formats"],
        ["Languages"] = ["Bytes", "Matching", "Hashing", "Formats", "Definitions", "Modules"],
        ["Containers"] = ["Bytes", "Matching", "Hashing", "Formats"],
        ["Sources"] = ["Bytes", "Matching", "Hashing", "Formats", "Definitions", "Modules", "Languages", "Containers"],
        ["Scanning"] = ["Bytes", "Matching", "Hashing", "Formats", "Definitions", "Modules", "Containers"],
    };

    /// <summary>Each project and the projects that it may refer to. The engine knows no host; only hosts know the system.</summary>
    private static readonly Dictionary<string, string[]> s_projects = new()
    {
        ["Perisai.Engine"] = [],
        ["Perisai.Linux"] = [],
        ["Perisai.Isolation"] = ["Perisai.Engine", "Perisai.Linux"],
        ["Perisai.Cli"] = ["Perisai.Engine", "Perisai.Linux"],
    };

    [Fact]
    public void Arrows_between_the_folders_of_the_engine_go_down_only() => Assert.Empty(WrongArrows(SourceTree.Files("src/Perisai.Engine")));

    [Theory]
    [InlineData("Bytes", "using Perisai.Engine.Scanning;\nnamespace Perisai.Engine.Bytes;\ninternal sealed class A { private TreeScanner _a; }")]
    [InlineData("Bytes", "namespace Perisai.Engine;\npublic sealed class A { public Finding? B { get; } }")]
    [InlineData("Matching", "namespace Perisai.Engine.Matching;\ninternal sealed class A { public int B(DefinitionSet c) => 1; }")]
    [InlineData("Containers", "namespace Perisai.Engine.Containers;\ninternal sealed class A : DefinitionSet;")]
    public void An_arrow_that_points_up_is_seen(string folder, string text)
    {
        var planted = new SourceText($"src/Perisai.Engine/{folder}/Planted.cs", text);
        Assert.NotEmpty(WrongArrows(SourceTree.Files("src/Perisai.Engine").Append(planted)));
    }

    [Fact]
    public void Every_folder_of_the_engine_has_its_place()
    {
        var folders = SourceTree.Files("src/Perisai.Engine").Select(FolderOf).Distinct().Order();
        Assert.Equal(s_folders.Keys.Order(), folders);
    }

    [Fact]
    public void Arrows_between_projects_go_down_only()
    {
        var source = Path.Combine(SourceTree.Require(), "src");
        var projects = Directory.GetFiles(source, "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(s_projects.Keys.Order(), projects.Select(path => Path.GetFileNameWithoutExtension(path)).Order());
        foreach (var project in projects)
        {
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.Empty(references.Except(s_projects[Path.GetFileNameWithoutExtension(project)]));
        }
    }

    [Fact]
    public void The_engine_knows_no_console_and_no_network()
    {
        var wrong = SourceTree.Files("src/Perisai.Engine")
            .Where(file => file.Named.Any(name => name is "Console" or "HttpClient" or "Socket" or "TcpClient")
                || file.Visible.Any(name => name.StartsWith("System.Net", StringComparison.Ordinal) && !name.StartsWith("System.Net.Mime", StringComparison.Ordinal)));
        Assert.Empty(wrong.Select(file => file.Path));
    }

    private static List<string> WrongArrows(IEnumerable<SourceText> sources)
    {
        var files = sources.ToList();
        var homes = files.SelectMany(file => file.Declared.Select(type => (Type: (file.Namespace, type), Folder: FolderOf(file))))
            .ToLookup(home => home.Type, home => home.Folder);
        var wrong = new List<string>();
        foreach (var file in files)
        {
            var folder = FolderOf(file);
            foreach (var name in file.Named)
            {
                foreach (var target in file.Visible.SelectMany(space => homes[(space, name)]).Distinct())
                {
                    if (target != folder && !s_folders.GetValueOrDefault(folder, []).Contains(target))
                        wrong.Add($"{file.Path} ({folder}) names {name} of {target}");
                }
            }
        }

        return wrong;
    }

    private static string FolderOf(SourceText file) => file.Path.Split('/')[2];
}
