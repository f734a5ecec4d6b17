using System.Text.RegularExpressions;
using Perisai.Engine.Formats.DotNet;
using Perisai.Engine.Formats.Pe;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules.DotNet;

/// <summary>
/// Compares the dotnet module with Debian's yara, 4.2.3, on real programs, field by field. Classes came with 4.3 and have no peer; two other differences
/// between 4.2 and later versions are told apart below.
/// </summary>
public partial class DotNetPeerTests
{
    private const int MaximumFiles = 120;

    /// <summary>4.2 ends its reading at a table of more rows; since 4.3 15,000 are allowed.</summary>
    private const int MaximumRows = 10_000;

    [Fact]
    public void AllFieldsAreThoseOfYara()
    {
        Assert.SkipUnless(YaraDump.IsInstalled, "yara is not installed.");
        var files = PortableExecutables.Find(MaximumFiles);
        Assert.SkipWhen(files.Count == 0, "there are no programs for Windows on this machine.");
        var module = RuleModules.Find("dotnet")!;
        var equal = 0;
        var compared = 0;
        foreach (var path in files)
        {
            using var source = new FileByteSource(path);
            if (HasLongTables(source))
                continue;
            compared++;
            var theirs = YaraDump.Of(path, "dotnet")["dotnet"];
            var ours = FactDump.Of(module, new ModuleContext(source, new ScanBudget(ScanLimits.Default)));
            foreach (var name in theirs.Keys.Union(ours.Keys).Where(name => !HasNoPeer().IsMatch(name)))
            {
                var value = ours.GetValueOrDefault(name);
                if (value is not null && LosesItsLastByte().IsMatch(name))
                    value = WithoutLastByte(value);
                Assert.True(theirs.GetValueOrDefault(name) == value, $"{path}: {name} is {theirs.GetValueOrDefault(name)} in yara and {value} here");
                equal++;
            }
        }

        Assert.True(compared > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} files, {equal} fields");
    }

    private static bool HasLongTables(ByteSource source)
    {
        var image = PeImage.Read(new BoundedReader(source, new ScanBudget(ScanLimits.Default)));
        return image is not null && DotNetImage.Read(image)?.Tables is { } stream && MetadataTables.Read(image.Reader, stream.Offset) is var tables
            && (!tables.IsComplete || Enumerable.Range(0, 64).Any(table => tables.RowCount(table) > MaximumRows));
    }

    /// <summary>A quoted text without the byte before the quote, which is one character or four.</summary>
    private static string WithoutLastByte(string quoted) => quoted == "\"\"" ? quoted :
        Regex.Replace(quoted, "(\\\\x[0-9a-f]{2}|.)\"$", "\"", RegexOptions.Singleline);

    [GeneratedRegex(@"^(classes|number_of_classes)")]
    private static partial Regex HasNoPeer();

    /// <summary>Blobs, in 4.2: the last byte was taken for one that is no part of them, as it is in the heap of user strings.</summary>
    [GeneratedRegex(@"^(constants\[|assembly_refs\[\d+\]\.public_key_or_token)")]
    private static partial Regex LosesItsLastByte();
}
