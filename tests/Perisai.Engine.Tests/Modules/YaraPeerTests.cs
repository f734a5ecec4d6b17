using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Formats.MachO;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Facts beside those of the yara program of this machine.</summary>
public sealed class YaraPeerTests(ITestOutputHelper output)
{
    /// <summary>Files that are compared, and their length; the variable PERISAI_PEER_FILES asks for more, and all lengths, in minutes instead of seconds.</summary>
    private const int UsualFiles = 150;

    private const int UsualLength = 4 << 20;

    private static readonly int? _wantedFiles = int.TryParse(Environment.GetEnvironmentVariable("PERISAI_PEER_FILES"), out var more) ? more : null;

    [Fact]
    public void Facts_of_ELF_files_are_those_of_yara()
    {
        string[] folders = ["/usr/bin", "/usr/sbin", "/usr/lib"];
        var files = folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(
            folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            .Where(IsElf).Order(StringComparer.Ordinal).ToList();
        Assert.SkipWhen(files.Count == 0, "no ELF files on this machine");
        var step = Math.Max(1, files.Count / (_wantedFiles ?? UsualFiles));
        Compare("elf", files.Where((_, index) => index % step == 0).Select(File.ReadAllBytes));
    }

    [Theory]
    [InlineData("elf")]
    [InlineData("macho")]
    [InlineData("dex")]
    public void Facts_of_the_suites_files_whole_and_damaged_are_those_of_yara(string module)
    {
        var files = TestFiles.Of(module);
        Compare(module, [.. files, .. files.SelectMany(file => TestFiles.Damaged(file, count: 40, seed: 11))]);
    }

    [Fact]
    public void Facts_of_fat_files_are_those_of_yara()
    {
        var images = TestFiles.Of("macho");
        byte[][] fat = [TestFiles.Fat(images, wide: false), TestFiles.Fat(images, wide: true)];
        Compare("macho", [.. fat, .. fat.SelectMany(file => TestFiles.Damaged(file, count: 40, seed: 12))]);
    }

    [Fact]
    public void Facts_of_MachO_files_are_those_of_yara()
    {
        // Packages with libraries for several systems bring some; a Java class begins as a fat file does.
        var packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var files = Directory.Exists(packages) ? Directory.GetFiles(packages, "*.dylib", SearchOption.AllDirectories).Order().Take(20).ToList() : [];
        files.AddRange(new[] { "/usr/share/gettext/javaversion.class" }.Where(File.Exists));
        Assert.SkipWhen(files.Count == 0, "no Mach-O files on this machine");
        Compare("macho", files.Select(File.ReadAllBytes).SelectMany(file => TestFiles.Damaged(file, count: 10, seed: 13).Prepend(file)));
    }

    [Fact]
    public void Facts_of_dex_files_are_those_of_yara()
    {
        byte[][] files = [DexSample.Create(1, 1, 10), DexSample.Create(2, 30, 20), DexSample.Create(3, 200, 300), DexSample.Create(4, 5, 20_000)];
        Compare("dex", [.. files, .. files.SelectMany(file => TestFiles.Damaged(file, count: 60, seed: 14))]);
    }

    [Fact]
    public void Functions_of_math_and_hash_give_what_yara_gives()
    {
        var expressions = new List<string>();
        string[] ranges = ["0, filesize", "0, 0", "7, 100", "filesize - 1, 10", "filesize, 1", "-1, 5", "3, -1", "100, 1000000"];
        string[] functions = ["entropy", "mean", "monte_carlo_pi"];
        string[] digests = ["md5", "sha1", "sha256", "crc32", "checksum32"];
        foreach (var range in ranges)
        {
            expressions.AddRange(functions.Select(function => $"math.{function}({range})"));
            expressions.Add($"math.deviation({range}, 64.5)");
            expressions.Add($"math.count(0x41, {range})");
            expressions.Add($"math.percentage(0x41, {range})");
            expressions.Add($"math.mode({range})");
            expressions.AddRange(digests.Select(function => $"hash.{function}({range})"));
        }

        foreach (var text in (string[])["\"\"", "\"a\"", "\"Perisai, a shield\"", "\"\\x80\\xff\\x00\\x7f\\x10\\xc0abc\\xfe\""])
        {
            expressions.AddRange(functions.Select(function => $"math.{function}({text})"));
            expressions.Add($"math.deviation({text}, 64.5)");
            expressions.AddRange(digests.Select(function => $"hash.{function}({text})"));
        }

        expressions.AddRange(
        [
            "math.MEAN_BYTES", "math.count(0x41)", "math.percentage(0x41)", "math.mode()", "math.min(3, 5)", "math.min(-1, 5)", "math.max(-1, 5)",
            "math.abs(-7)", "math.abs(7)", "math.to_number(1 == 1)", "math.in_range(2.0, 1.0, 3.0)", "math.in_range(1.0, 1.0, 3.0)",
        ]);

        var random = new Random(5);
        foreach (var length in (int[])[1, 2, 6, 333, 100_000])
        {
            var input = new byte[length];
            random.NextBytes(input);
            using var directory = new TemporaryDirectory();
            File.WriteAllBytes(directory.File("input"), input);
            // What is undefined prints nothing in either.
            var rules = "import \"math\" import \"hash\" import \"console\" " + string.Concat(expressions.Select((expression, index) =>
                $"rule r{index} {{ condition: console.log(\"{index} \", {expression}) }}\n"));
            File.WriteAllText(directory.File("rules"), rules, Encoding.Latin1);
            var theirs = YaraPeer.Run([directory.File("rules"), directory.File("input")]).Where(line => !line.StartsWith('r')).ToList();
            var conditions = new ModuleConditions(input);
            for (var i = 0; i < expressions.Count; i++)
                conditions.Holds(Encoding.Latin1.GetBytes($"rule r {{ condition: console.log(\"{i} \", {expressions[i]}) }}"));
            Assert.Equal(theirs, conditions.Printed);
            Assert.InRange(theirs.Count, expressions.Count / 3, expressions.Count);
        }
    }

    private static bool IsElf(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[4];
            return stream.Length < (_wantedFiles is null ? UsualLength : long.MaxValue) && stream.Read(start) == 4 && start.SequenceEqual("\x7F"u8 + "ELF"u8);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Compare(string module, IEnumerable<byte[]> files)
    {
        using var directory = new TemporaryDirectory();
        var (compared, facts) = (0, 0L);
        var wrong = new List<string>();
        foreach (var file in files)
        {
            File.WriteAllBytes(directory.File("file"), file);
            var theirs = YaraDump.Of(directory.File("file"), module)[module];
            var ours = FactDump.Of(RuleModules.Find(module)!, file);
            foreach (var path in theirs.Keys.Union(ours.Keys))
            {
                var (their, our) = (theirs.GetValueOrDefault(path), ours.GetValueOrDefault(path));
                if (their != our && !(module == "macho" && IsKnown(ours, path, their, our)))
                    wrong.Add($"file {compared}: {path}: yara {their ?? "-"}, here {our ?? "-"}");
            }

            compared++;
            facts += theirs.Count;
        }

        output.WriteLine($"{module}: {compared} files, {facts} facts");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {facts} facts differ\n{string.Join('\n', wrong.Take(40))}");
    }

    /// <summary>
    /// YARA 4.3 and later read the magic number of Mach-O files as big-endian; the yara of many systems is older. Therefore they also differ in what they make of a
    /// slice of a fat file that has no magic number.
    /// </summary>
    private static bool IsKnown(SortedDictionary<string, string> ours, string path, string? their, string? our)
    {
        if ((path == "magic" || path.EndsWith(".magic", StringComparison.Ordinal)) && their is not null && our is not null
            && (uint)long.Parse(our) == BinaryPrimitives.ReverseEndianness((uint)long.Parse(their)))
            return true;
        return path.StartsWith("file[", StringComparison.Ordinal)
            && uint.Parse(ours.GetValueOrDefault($"{path[..path.IndexOf(']')]}].magic", "0"))
                is not (MachOFormat.Magic32 or MachOFormat.Magic64 or MachOFormat.MagicSwapped32 or MachOFormat.MagicSwapped64);
    }
}
