using System.Diagnostics;
using System.Text.RegularExpressions;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Pe.Icons;
using Perisai.Engine.Languages.ClamAv;
using Perisai.Engine.Tests.Languages.ClamAv;

namespace Perisai.Engine.Tests.Icons;

/// <summary>Icons of programs: what they are measured as, and which are alike, beside clamscan.</summary>
public sealed partial class IconTests
{
    [Fact]
    public void Icons_of_every_depth_and_size_are_measured_as_clamscan_does()
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(77);
        var programs = new List<byte[]>();
        foreach (var depth in (int[])[1, 4, 8, 16, 24, 32])
        {
            foreach (var side in (int[])[16, 24, 32, 48, 64, 72, 96, 128, 168, 256, 17, 20, 28, 40, 100])
                programs.Add(IconProgram.Build([[IconProgram.RandomIcon(random, side, side, depth)]], programs.Count % 3 == 0));
            for (var i = 0; i < 8; i++)
            {
                var width = random.Next(16, 90);
                programs.Add(IconProgram.Build([[IconProgram.RandomIcon(random, width, Math.Max(16, width * random.Next(76, 130) / 100), depth)]]));
            }
        }

        programs.Add(IconProgram.Build([[.. Enumerable.Range(0, 12).Select(_ => IconProgram.RandomIcon(random, 32, 32, 24))], [IconProgram.RandomIcon(random, 16, 16, 8)]]));
        programs.Add(IconProgram.Build([[.. Enumerable.Range(0, 110).Select(_ => IconProgram.RandomIcon(random, 16, 16, 4))]]));
        var theirs = Measure(programs);
        var differences = new List<string>();
        for (var i = 0; i < programs.Count; i++)
        {
            var ours = string.Join(' ', Icons(programs[i]));
            if (ours != theirs[i])
                differences.Add($"{i}: ours {ours}\n   theirs {theirs[i]}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {programs.Count} differ:\n{string.Join('\n', differences.Take(6))}");
        Assert.True(theirs.Count(icons => icons.Length > 0) > 130);
    }

    [Fact]
    public void Programs_are_told_by_icons_that_are_like_those_of_definitions_as_clamscan_does()
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(78);
        using var scan = new ClamScan();
        var originals = Enumerable.Range(0, 24).Select(i => IconProgram.RandomIcon(random, i % 3 == 0 ? 16 : i % 3 == 1 ? 24 : 32, i % 3 == 0 ? 16 : i % 3 == 1 ? 24 : 32, i % 2 == 0 ? 24 : 8)).ToList();
        for (var i = 0; i < originals.Count; i++)
        {
            var text = Icons(IconProgram.Build([[originals[i]]]))[0];
            scan.AddSignature("idb", $"Icon{i}:First{i % 5}:Second{i % 3}:{text}");
            scan.AddSignature("idb", $"Near{i}:Near{i}:Second{i % 3}:{Change(text, random)}");
            scan.AddSignature("ldb", $"Near-{i};Engine:51-255,Target:1,IconGroup1:Near{i};0;2e72737263");
        }

        for (var i = 0; i < 5; i++)
        {
            scan.AddSignature("ldb", $"First-{i};Engine:51-255,Target:1,IconGroup1:First{i};0;2e72737263");
            scan.AddSignature("ldb", $"Second-{i};Engine:51-255,Target:1,IconGroup2:Second{i};0;2e72737263");
            scan.AddSignature("ldb", $"Both-{i};Engine:51-255,Target:1,IconGroup1:First{i},IconGroup2:Second{i % 3};0;2e72737263");
            scan.AddSignature("ldb", $"Any-{i};Engine:51-255,Target:1,IconGroup1:*,IconGroup2:Second{i};0;2e72737263");
            scan.AddSignature("ldb", $"Size-{i};Engine:51-255,Target:1,FileSize:{i * 1000}-9000,IconGroup1:*;0=0;616263646566");
            scan.AddSignature("ldb", $"Other-{i};Engine:51-255,Target:1,IconGroup1:Nowhere{i};0;2e72737263");
        }

        foreach (var original in originals)
        {
            scan.AddFile(IconProgram.Build([[original]]));
            scan.AddFile(IconProgram.Build([[original]], isLibrary: true));
            scan.AddFile(IconProgram.Build([[IconProgram.RandomIcon(random, 32, 32, 24), original]], is64Bit: true));
            scan.AddFile(IconProgram.Build([[IconProgram.RandomIcon(random, 32, 32, 24)], [original]]));
            for (var changes = 1; changes < 60; changes *= 3)
            {
                var changed = original.ToArray();
                for (var i = 0; i < changes; i++)
                    changed[random.Next(40, changed.Length)] ^= (byte)random.Next(256);
                scan.AddFile(IconProgram.Build([[changed]]));
            }
        }

        ClamScan.AssertAgrees(scan, 900);
    }

    [Theory]
    [InlineData("Icon:First:Second:20{0}", true)]
    [InlineData(":::18{0}", true)]
    [InlineData("Icon:First:Second:10{0}", true)]
    [InlineData("Icon:First:Second:21{0}", false)]
    [InlineData("Icon:First:Second:20{0}0", false)]
    [InlineData("Icon:First:20{0}", false)]
    [InlineData("Icon:First:Second:20{0}:1", false)]
    [InlineData("Icon:First:Second:20fe8{1}", true)]
    [InlineData("Icon:First:Second:20fe9{1}", false)]
    [InlineData("Icon:First:Second:200001c{2}", true)]
    [InlineData("Icon:First:Second:200001d{2}", false)]
    public void Lines_are_taken_and_refused_as_clamscan_does(string line, bool isTaken)
    {
        line = string.Format(line, new string('0', 122), new string('0', 119), new string('0', 117));
        var output = new DefinitionList();
        IconSignature.Parse(line, new SourceLocation("x.idb", 1), DefinitionFlags.None, output);
        Assert.Equal(isTaken ? (1, 0) : (0, 1), (output.Auxiliary.Count, output.Diagnostics.Count));
        if (ClamScan.IsInstalled)
            Assert.Equal(isTaken, ClamScan.Loads("idb", line));
    }

    [Fact]
    public void Damaged_programs_end_in_fewer_icons_and_never_in_an_exception()
    {
        var random = new Random(9);
        var whole = IconProgram.Build([[.. ((int[])[1, 4, 8, 16, 24, 32]).Select(depth => IconProgram.RandomIcon(random, 33, 32, depth))]]);
        Assert.Equal(6, Icons(whole).Count);
        for (var length = 0; length < whole.Length; length += 97)
            Assert.InRange(Icons(whole[..length]).Count, 0, 6);
        for (var i = 0; i < 1000; i++)
        {
            var changed = whole.ToArray();
            for (var changes = random.Next(1, 10); changes > 0; changes--)
                changed[random.Next(random.Next(2) == 0 ? changed.Length : 2048)] = (byte)random.Next(256);
            Assert.InRange(Icons(changed).Count, 0, 1000);
        }
    }

    /// <summary>Another text form that is near: some places and averages a little off.</summary>
    private static string Change(string text, Random random)
    {
        var icon = IconMetrics.Parse(text, out _)!;
        IconArea Off(IconArea area, int most) => new(
            Math.Clamp(area.X + random.Next(-2, 3), 0, icon.Side / 8 * 7), Math.Clamp(area.Y + random.Next(-2, 3), 0, icon.Side / 8 * 7),
            (uint)Math.Clamp((int)area.Average + random.Next(-most / 9, (most / 9) + 1), 0, most));
        IconArea[] All(IconArea[] areas, int most) => [.. areas.Select(area => Off(area, most))];
        return (icon with
        {
            Colored = All(icon.Colored, 4072), Grey = All(icon.Grey, 4072), Bright = All(icon.Bright, 255), Dark = All(icon.Dark, 255),
            Edged = All(icon.Edged, 255), Smooth = All(icon.Smooth, 255), Red = Math.Clamp(icon.Red + random.Next(-3, 4), 0, 100),
        }).ToString();
    }

    private static List<string> Icons(byte[] program)
    {
        using var source = new MemoryByteSource(program);
        return [.. PeIconReader.Read(new BoundedReader(source, new ScanBudget(ScanLimits.Default))).Select(icon => icon.ToString())];
    }

    /// <summary>What clamscan shows of the icons of each program when it debugs.</summary>
    private static List<string> Measure(IReadOnlyList<byte[]> programs)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllText(directory.File("db/a.idb"), $"Icon:First:Second:20{new string('0', IconMetrics.TextLength - 2)}\n");
        File.WriteAllText(directory.File("db/a.ldb"), "Any;Engine:51-255,Target:1,IconGroup1:*;0;0:4D5A\n");
        for (var i = 0; i < programs.Count; i++)
            File.WriteAllBytes(directory.File($"p{i:D4}"), programs[i]);
        var result = new List<string>();
        using var process = Process.Start(new ProcessStartInfo("clamscan", ["--debug", "--no-summary", "-d", directory.File("db"), .. Enumerable.Range(0, programs.Count).Select(i => directory.File($"p{i:D4}"))])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var icons = new List<string>();
        while (process.StandardError.ReadLine() is { } line)
        {
            if (Signature().Match(line) is { Success: true } match)
                icons.Add(match.Groups[1].Value);
            else if (line.Contains("cli_scanicon: scanned a total of", StringComparison.Ordinal))
            {
                result.Add(string.Join(' ', icons));
                icons.Clear();
            }
        }

        process.WaitForExit();
        _ = output.Result;
        Assert.Equal(programs.Count, result.Count);
        return result;
    }

    [GeneratedRegex("IDB SIGNATURE: ICON_NAME:GROUP1:GROUP2:([0-9a-f]+)")]
    private static partial Regex Signature();
}
