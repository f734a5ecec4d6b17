using System.Text;
using System.Text.RegularExpressions;

namespace Perisai.Engine.Tests.Architecture;

/// <summary>Habits of CONTRIBUTING.md that a machine can watch.</summary>
public sealed partial class HabitTests
{
    /// <summary>Nine files in ten are shorter; a longer one is a table or a state machine.</summary>
    private const int LongFile = 400;

    [Fact]
    public void Long_files_are_few() =>
        Assert.InRange(LongFiles().Count, 0, SourceTree.Files("src").Count() / 20);

    [Fact]
    public void Files_are_short_in_the_middle()
    {
        var lines = SourceTree.Files("src").Select(file => file.Text.Count(c => c == '\n')).Order().ToList();
        Assert.InRange(lines[lines.Count / 2], 1, 120);
    }

    [Fact]
    public void Nothing_is_named_Utils_Helper_or_Manager()
    {
        var wrong = SourceTree.Files("src").SelectMany(file => file.Declared).Where(type => Vague().IsMatch(type));
        Assert.Empty(wrong);
    }

    /// <summary>The EICAR test file is put together at run time, so that no scanner takes this tree, or a backup of it, for infected.</summary>
    [Fact]
    public void The_EICAR_test_file_lies_nowhere_whole()
    {
        var whole = Encoding.ASCII.GetBytes("EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!");
        var root = SourceTree.Require();
        string[] places = ["src", "tests", "bench", "docs", "rules", "test", "perisai", "README.md"];
        var files = places.Select(place => Path.Combine(root, place)).SelectMany(place => Directory.Exists(place)
            ? Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories) : File.Exists(place) ? [place] : []);
        var found = files.Where(path => !path.Contains("/bin/") && !path.Contains("/obj/"))
            .Where(path => File.ReadAllBytes(path).AsSpan().IndexOf(whole) >= 0);
        Assert.Empty(found);
    }

    [Fact]
    public void The_architecture_page_names_every_folder()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Require(), "docs/ARCHITECTURE.md"));
        var folders = SourceTree.Files("src").Select(file => file.Path.Split('/')).Where(parts => parts.Length > 3).Select(parts => parts[2]).Distinct();
        var missing = folders.Where(folder => folder != "Interop" && !page.Contains($"`{folder}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    /// <summary>Links of the documents, and the documents that comments name, lead somewhere.</summary>
    [Fact]
    public void Documents_that_are_named_exist()
    {
        var root = SourceTree.Require();
        var named = SourceTree.Files("src").SelectMany(file => DocumentName().Matches(file.Text).Select(match => match.Value));
        string[] pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/ARCHITECTURE.md", "docs/clamscan.md", "docs/command-line.md"];
        var linked = pages.SelectMany(page => DocumentLink().Matches(File.ReadAllText(Path.Combine(root, page)))
            .Select(match => Path.Combine(Path.GetDirectoryName(page)!, match.Groups[1].Value)));
        var missing = named.Concat(linked).Distinct().Where(path => !Path.Exists(Path.Combine(root, path)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Sources_name_no_place_of_one_machine()
    {
        var wrong = SourceTree.Files("src").Where(file => MachinePath().IsMatch(file.Text));
        Assert.Empty(wrong.Select(file => file.Path));
    }

    private static List<string> LongFiles() =>
        [.. SourceTree.Files("src").Where(file => file.Text.Count(c => c == '\n') > LongFile).Select(file => file.Path)];

    [GeneratedRegex(@"docs/[\w/-]+\.md")]
    private static partial Regex DocumentName();

    [GeneratedRegex(@"\]\(((?!https?:)[^)#]+)\)")]
    private static partial Regex DocumentLink();

    [GeneratedRegex(@"(Utils?|Utility|Utilities|Helpers?|Manager)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"/tmp/[a-z]|/home/[a-z]|/work/")]
    private static partial Regex MachinePath();
}
