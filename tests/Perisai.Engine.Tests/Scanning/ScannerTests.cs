using System.IO.Compression;
using System.Security.Cryptography;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Hashing;
using Perisai.Engine.Tests.Definitions;

namespace Perisai.Engine.Tests.Scanning;

public sealed class ScannerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Many_roots_get_their_own_reports_whatever_their_lengths(bool largeFirst)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(11);
        var contents = Enumerable.Range(0, 300).Select(i =>
        {
            var bytes = new byte[i == (largeFirst ? 0 : 299) ? 3_000_000 : i % 7 == 0 ? i : random.Next(60_000)];
            random.NextBytes(bytes);
            return bytes;
        }).ToList();
        using var definitions = Compile(directory, contents.Where((bytes, i) => i % 3 == 0 && bytes.Length > 0));
        using var scanner = new Scanner(definitions);
        var seen = new HashSet<int>();
        foreach (var (item, report) in scanner.ScanMany(contents.Select((bytes, i) => new ScanItem(new MemoryByteSource(bytes), $"{i}", i))))
        {
            var number = (int)item.Tag!;
            Assert.True(seen.Add(number));
            Assert.Equal($"{number}", report.Name);
            Assert.Equal(contents[number].Length, report.Length);
            Assert.Equal(number % 3 == 0 && number > 0 ? Verdict.Detected : number == 0 && largeFirst ? Verdict.Detected : Verdict.Clean, report.Verdict);
        }

        Assert.Equal(contents.Count, seen.Count);
    }

    /// <summary>More matches of the second part before the first one than are kept.</summary>
    [Fact]
    public void A_part_behind_an_unbounded_gap_is_found_however_often_it_stands_before()
    {
        using var directory = new TemporaryDirectory();
        var database = Path.Combine(directory.Path, "a.ndb");
        File.WriteAllText(database, "Two.Parts:0:*:464952535421*0000000000000000\n");
        var builder = new DefinitionBuilder();
        builder.Add(database);
        using var definitions = builder.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        using var source = new MemoryByteSource((byte[])[.. new byte[6000], .. "FIRST!"u8, .. new byte[10]]);
        Assert.Equal(Verdict.Detected, scanner.Scan(source, "x").Verdict);
        using var wrong = new MemoryByteSource((byte[])[.. new byte[6000], .. "FIRST!"u8, .. "rest"u8]);
        Assert.Equal(Verdict.Clean, scanner.Scan(wrong, "x").Verdict);
    }

    [Theory]
    [InlineData("7", "some text\n", BudgetLimit.View)]
    [InlineData("3", "<html><body>some text\n", BudgetLimit.View)]
    [InlineData("0", "some text\n", BudgetLimit.View)]
    [InlineData("1", "some text\n", BudgetLimit.None)]
    public void A_text_that_is_too_long_for_its_view_is_not_called_clean(string target, string start, BudgetLimit limit)
    {
        using var directory = new TemporaryDirectory();
        var database = directory.File("a.ndb");
        File.WriteAllText(database, $"Some.Name:{target}:*:6e6f77686572652d746f2d62652d666f756e64\n");
        var builder = new DefinitionBuilder();
        builder.Add(database);
        using var definitions = builder.BuildTemporary(out _);
        using var scanner = new Scanner(definitions, new ScanOptions { Limits = ScanLimits.Default with { MaxNormalizedText = 1000, MaxNormalizedPage = 1000 } });
        var text = System.Text.Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat("a line of it\n", 100)));
        using var source = new MemoryByteSource(text);
        var report = scanner.Scan(source, "x");
        Assert.Equal(limit, report.Findings.OfType<NotScanned>().SingleOrDefault()?.Limit ?? BudgetLimit.None);
        Assert.Equal(limit == BudgetLimit.None ? Verdict.Clean : Verdict.NotScanned, report.Verdict);
    }

    [Fact]
    public void Roots_are_taken_a_few_ahead_and_a_caller_that_stops_leaves_nothing_behind()
    {
        using var directory = new TemporaryDirectory();
        var marker = new byte[10_000];
        using var definitions = Compile(directory, [marker]);
        using var scanner = new Scanner(definitions);
        for (var run = 0; run < 3; run++)
        {
            var taken = 0;
            IEnumerable<ScanItem> Items()
            {
                while (true)
                {
                    taken++;
                    // Lengths differ, so that digests are under way when the caller stops.
                    yield return new(new MemoryByteSource(new byte[5000 + (taken % 16 * 5000)]), "x");
                }
            }

            var given = 0;
            foreach (var (item, report) in scanner.ScanMany(Items()))
            {
                Assert.Equal(item.Source.Length == marker.Length ? Verdict.Detected : Verdict.Clean, report.Verdict);
                Assert.InRange(taken - given, 0, 40);
                if (++given == 100)
                    break;
            }
        }

        Assert.Equal(Verdict.Detected, scanner.Scan(new MemoryByteSource(marker), "marker").Verdict);
    }

    [Fact]
    public void A_large_archive_is_not_held_back_by_the_digests_of_the_files_behind_it()
    {
        Assert.SkipUnless(Md5Lanes.IsSupported, "no lanes on this processor");
        using var directory = new TemporaryDirectory();
        var content = new byte[1_500_000];
        new Random(5).NextBytes(content);
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        using (var member = zip.CreateEntry("member", CompressionLevel.NoCompression).Open())
            member.Write(content);
        var marker = new byte[50_000];
        using var definitions = Compile(directory, [archive.ToArray(), marker]);
        using var scanner = new Scanner(definitions);
        var items = Enumerable.Range(0, 200).Select(number => new ScanItem(new MemoryByteSource(marker), $"{number}"))
            .Prepend(new(new MemoryByteSource(archive.ToArray()), "archive"));
        var scanned = scanner.ScanMany(items).ToList();
        Assert.Equal(201, scanned.Count);
        Assert.Equal("archive", scanned[0].Item.Name);
        Assert.All(scanned, one => Assert.Equal(Verdict.Detected, one.Report.Verdict));
    }

    [Fact]
    public void A_source_that_throws_what_it_should_not_costs_its_own_root_only()
    {
        using var directory = new TemporaryDirectory();
        var marker = new byte[10_000];
        using var definitions = Compile(directory, [marker]);
        using var scanner = new Scanner(definitions);
        ScanItem[] items =
        [
            new(new MemoryByteSource(marker), "before"), new(new ThrowingSource(), "bad"), new(new MemoryByteSource(marker), "after"),
        ];
        var reports = scanner.ScanMany(items).ToDictionary(scanned => scanned.Item.Name, scanned => scanned.Report);
        Assert.Equal(Verdict.Detected, reports["before"].Verdict);
        Assert.Equal(Verdict.Detected, reports["after"].Verdict);
        var finding = Assert.IsType<NotScanned>(Assert.Single(reports["bad"].Findings));
        Assert.Equal((NotScannedReason.ReaderFailed, false), (finding.Reason, finding.IsPartial));
        Assert.Contains("a broken source", finding.Detail);
    }

    [Fact]
    public void Damaged_definitions_that_a_member_meets_end_the_scan_and_are_not_taken_for_a_damaged_archive()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(8);
        var digest = new byte[16];
        // Definitions for the size of the members only: the archive itself does not touch the table.
        SegmentTests.Compile(directory.File("segment"), compiler =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                random.NextBytes(digest);
                compiler.Add(new HashDefinition($"D.{i}", new("x.hdb", i + 1), HashAlgorithmKind.Md5, HashScope.Object, 100, DefinitionFlags.None), digest);
            }
        });
        var bytes = File.ReadAllBytes(directory.File("segment"));
        for (var at = bytes.Length / 3; at < bytes.Length / 2; at += 1000)
            bytes[at] ^= 4;
        File.WriteAllBytes(directory.File("segment"), bytes);
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 200; i++)
            {
                var content = new byte[100];
                random.NextBytes(content);
                using var stream = zip.CreateEntry($"{i}").Open();
                stream.Write(content);
            }
        }

        using var definitions = DefinitionSet.Open(directory.File("segment"));
        using var scanner = new Scanner(definitions);
        var exception = Assert.Throws<SegmentException>(() => scanner.Scan(new MemoryByteSource(archive.ToArray()), "archive.zip"));
        Assert.Contains("damaged: section Hash", exception.Message);
    }

    /// <summary>Definitions of any size for some contents.</summary>
    private static DefinitionSet Compile(TemporaryDirectory directory, IEnumerable<byte[]> contents)
    {
        SegmentTests.Compile(directory.File("segment"), compiler =>
        {
            foreach (var content in contents)
            {
                compiler.Add(
                    new HashDefinition($"D.{content.Length}", new("x.hdb", 1), HashAlgorithmKind.Md5, HashScope.Object, null, DefinitionFlags.None),
                    MD5.HashData(content));
            }
        });
        return DefinitionSet.Open(directory.File("segment"));
    }

    private sealed class ThrowingSource : ByteSource
    {
        public override long Length => 10_000;

        public override int Read(long offset, Span<byte> destination) => throw new InvalidOperationException("a broken source");
    }
}
