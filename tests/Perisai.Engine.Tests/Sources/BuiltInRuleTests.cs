using System.Text;

namespace Perisai.Engine.Tests.Sources;

/// <summary>The rules that come with the engine.</summary>
public sealed class BuiltInRuleTests
{
    private const string WhiteSpace = " \t\r\n\x1a";

    // In pieces, so that no scanner takes this file for the test file.
    private static readonly string Eicar = @"X5O!P%@AP[4\PZX54(P^)" + "7CC)7}$EICAR-STAN" + "DARD-ANTIVIRUS-TE" + "ST-FILE!$H+H*";

    [Fact]
    public void The_EICAR_test_file_is_found_in_the_forms_that_its_definition_allows_and_in_no_other()
    {
        using var directory = new TemporaryDirectory();
        (string Text, bool IsEicar)[] cases =
        [
            (Eicar, true),
            (Eicar + "\n", true),
            (Eicar + "\r\n", true),
            (Eicar + WhiteSpace, true),
            (Eicar + new string(' ', 60), true),
            (Eicar + string.Concat(Enumerable.Repeat(WhiteSpace, 12)), true),
            (Eicar + new string(' ', 61), false),
            (Eicar + "x", false),
            (Eicar + "   x", false),
            (Eicar + "\0", false),
            (Eicar + "\v", false),
            (" " + Eicar, false),
            ("\xFEFF" + Eicar, false),
            (Eicar[..^1], false),
            (Eicar[..^1] + " ", false),
            (Eicar.ToLowerInvariant(), false),
            (Eicar + Eicar, false),
            ("", false),
        ];
        var files = cases.Select((_, i) => directory.File($"f{i}")).ToArray();
        for (var i = 0; i < files.Length; i++)
            File.WriteAllText(files[i], cases[i].Text, new UTF8Encoding(false));
        using var definitions = BuiltIn();
        var expected = cases.Select(c => c.IsEicar ? "Eicar-Test-Signature" : null).ToArray();
        Assert.Equal(expected, ClamScan.Scan(definitions, false, files));
        Assert.Equal(expected, ClamScan.Run(directory, Path.Combine(Repository(), "rules", "eicar.ldb"), false, files));
    }

    [Fact]
    public void They_find_nothing_in_the_repository_itself()
    {
        using var definitions = BuiltIn();
        using var scanner = new Scanner(definitions);
        var count = 0;
        foreach (var folder in (string[])["bench", "docs", "fuzz", "rules", "src", "tests", ""])
        {
            var path = Path.Combine(Repository(), folder);
            if (!Directory.Exists(path))
                continue;
            var files = Directory.EnumerateFiles(path, "*", folder.Length > 0 ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
            foreach (var file in files)
            {
                using var source = new FileByteSource(file);
                Assert.Empty(scanner.Scan(source, file).Findings.OfType<Detection>());
                count++;
            }
        }

        Assert.True(count > 300, $"{count} files scanned");
    }

    [Fact]
    public void They_compile_whole_and_an_ignore_list_may_name_them()
    {
        using var directory = new TemporaryDirectory();
        using var definitions = BuiltIn();
        var detection = definitions.List().Single();
        Assert.Equal(("Eicar-Test-Signature", "built-in/eicar.ldb"), (detection.Name, detection.Source));
        File.WriteAllText(directory.File("own.ign2"), "Eicar-Test-Signature\n");
        var builder = new DefinitionBuilder { IncludeBuiltIn = true };
        builder.Add(directory.File("own.ign2"));
        using var without = builder.BuildTemporary(out var report);
        Assert.Equal(1, report.Retracted);
        Assert.Empty(without.List());
    }

    private static DefinitionSet BuiltIn()
    {
        var definitions = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Empty(report.Unsupported);
        return definitions;
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Perisai.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The test does not run inside the repository.");
        return folder;
    }
}
