using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Tests.Definitions;

public sealed class SegmentTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("an inert marker that only this test knows, 4711");

    [Fact]
    public void The_same_sources_give_the_same_bytes_and_name()
    {
        using var directory = new TemporaryDirectory();
        var first = Compile(directory.File("a"), WithMarker());
        var second = Compile(directory.File("b"), WithMarker());
        Assert.Equal(first, second);
        Assert.Equal(File.ReadAllBytes(directory.File("a")), File.ReadAllBytes(directory.File("b")));
        using var definitions = DefinitionSet.Open(directory.File("a"));
        Assert.Equal(first.Sha256, definitions.Segments[0].Sha256);
        definitions.Verify();
    }

    [Fact]
    public void A_truncated_segment_is_refused_at_every_length()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("whole"), WithMarker());
        var bytes = File.ReadAllBytes(directory.File("whole"));
        for (var i = 0; i < 200; i++)
        {
            File.WriteAllBytes(directory.File("cut"), bytes[..(int)((long)bytes.Length * i / 200)]);
            var exception = Assert.Throws<SegmentException>(() => DefinitionSet.Open(directory.File("cut")));
            Assert.Contains("cut: ", exception.Message);
        }
    }

    [Fact]
    public void A_changed_byte_is_never_used()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("whole"), WithMarker());
        var bytes = File.ReadAllBytes(directory.File("whole"));
        var random = new Random(5);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var at = i < 100 ? random.Next(2000) : random.Next(bytes.Length);
            var changed = (byte[])bytes.Clone();
            changed[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(directory.File("changed"), changed);
            try
            {
                using var definitions = DefinitionSet.Open(directory.File("changed"));
                using var scanner = new Scanner(definitions);
                // Where opening does not look (digest tables), use does: the result is the right one, or the refusal.
                Assert.Equal(Verdict.Detected, scanner.Scan(new MemoryByteSource(Content), "marker").Verdict);
            }
            catch (SegmentException)
            {
                refused++;
            }
        }

        // The rest fell into padding and into bitmaps for other types of object, which this scan does not use.
        Assert.True(refused > 120, $"{refused} of 300 changes refused");
    }

    [Fact]
    public void Another_version_is_refused_with_its_number()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("segment"), WithMarker());
        var bytes = File.ReadAllBytes(directory.File("segment"));
        bytes[8] = 99;
        File.WriteAllBytes(directory.File("segment"), bytes);
        Assert.Contains("version 99", Assert.Throws<SegmentException>(() => DefinitionSet.Open(directory.File("segment"))).Message);
        File.WriteAllText(directory.File("text"), "not a segment");
        Assert.Contains("not a definitions segment", Assert.Throws<SegmentException>(() => DefinitionSet.Open(directory.File("text"))).Message);
    }

    [Fact]
    public void A_tombstone_in_a_later_segment_retracts_and_one_in_an_earlier_does_not()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("base"), WithMarker());
        Compile(directory.File("retract"), compiler => compiler.Retract("Marker.Bytes", null, new("ign", 1)));
        Assert.Equal(Verdict.Clean, Scan(directory.File("base"), directory.File("retract")));
        Assert.Equal(Verdict.Detected, Scan(directory.File("retract"), directory.File("base")));
    }

    [Theory]
    [InlineData("ndb", true)]
    [InlineData("hdb", true)]
    [InlineData("hsb", true)]
    [InlineData("ndb", false)]
    [InlineData("hdb", false)]
    [InlineData("hsb", false)]
    public void A_tombstone_for_one_line_retracts_that_line_of_an_earlier_segment_and_no_other_of_its_name(string kind, bool rightLine)
    {
        using var directory = new TemporaryDirectory();
        var line = kind switch
        {
            "ndb" => $"Marker.Line:0:*:{Convert.ToHexStringLower("inert marker"u8)}",
            "hdb" => $"{Convert.ToHexStringLower(MD5.HashData(Content))}:{Content.Length}:Marker.Line",
            _ => $"{Convert.ToHexStringLower(SHA256.HashData(Content))}:*:Marker.Line:73",
        };
        File.WriteAllText(directory.File($"x.{kind}"), line + "\n");
        var digest = Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(rightLine ? line : line + " ")));
        File.WriteAllText(directory.File("x.ign2"), $"Marker.Line:{digest}\n");
        Build(directory.File("base"), directory.File($"x.{kind}"));
        Build(directory.File("retract"), directory.File("x.ign2"));
        Assert.Equal(Verdict.Detected, Scan(directory.File("base")));
        Assert.Equal(rightLine ? Verdict.Clean : Verdict.Detected, Scan(directory.File("base"), directory.File("retract")));
        Assert.Equal(Verdict.Detected, Scan(directory.File("retract"), directory.File("base")));
        Assert.Equal(Verdict.Detected, Scan(directory.File("base"), directory.File("retract"), directory.File("base")));
        // In the same build it holds as well.
        Build(directory.File("both"), directory.File($"x.{kind}"), directory.File("x.ign2"));
        Assert.Equal(rightLine ? Verdict.Clean : Verdict.Detected, Scan(directory.File("both")));
    }

    [Fact]
    public void A_retracted_digest_uncovers_another_definition_of_the_same_digest()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("base"), compiler =>
        {
            AddDigest(compiler, HashAlgorithmKind.Md5, "First", Content.Length);
            AddDigest(compiler, HashAlgorithmKind.Md5, "Second", Content.Length);
        });
        Compile(directory.File("retract"), compiler => compiler.Retract("First", null, new("ign", 1)));
        using var definitions = DefinitionSet.Open(directory.File("base"), directory.File("retract"));
        using var scanner = new Scanner(definitions);
        Assert.Equal("Second", Assert.Single(scanner.Scan(new MemoryByteSource(Content), "x").Findings.OfType<Detection>()).Name);
    }

    [Fact]
    public void Damage_in_a_digest_table_is_told_when_the_table_is_used()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(8);
        var digest = new byte[16];
        Compile(directory.File("whole"), compiler =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                random.NextBytes(digest);
                compiler.Add(new HashDefinition($"D.{i}", new("x.hdb", i + 1), HashAlgorithmKind.Md5, HashScope.Object, null, DefinitionFlags.None), digest);
            }
        });
        var bytes = File.ReadAllBytes(directory.File("whole"));
        var refusedAtUse = 0;
        for (var i = 0; i < 40; i++)
        {
            var changed = (byte[])bytes.Clone();
            // The rows of the table are most of the file.
            changed[(bytes.Length / 10) + (i * (bytes.Length / 60))] ^= 4;
            File.WriteAllBytes(directory.File("changed"), changed);
            try
            {
                using var definitions = DefinitionSet.Open(directory.File("changed"));
                Assert.Contains("differs", Assert.Throws<SegmentException>(definitions.Verify).Message);
                using var scanner = new Scanner(definitions);
                var content = new byte[100];
                for (var k = 0; k < 500; k++)
                {
                    random.NextBytes(content);
                    scanner.Scan(new MemoryByteSource(content), "x");
                }
            }
            catch (SegmentException exception)
            {
                Assert.Contains("changed: damaged: section Hash", exception.Message);
                refusedAtUse++;
            }
        }

        Assert.True(refusedAtUse > 20, $"{refusedAtUse} of 40 changes met");
    }

    [Fact]
    public void A_retraction_in_the_same_build_removes_patterns_and_digests()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("segment"), compiler =>
        {
            WithMarker()(compiler);
            AddDigest(compiler, HashAlgorithmKind.Md5, "Marker.Digest", Content.Length);
            compiler.Retract("Marker.Bytes", null, new("ign", 1));
            compiler.Retract("Marker.Digest", null, new("ign", 2));
        });
        Assert.Equal(Verdict.Clean, Scan(directory.File("segment")));
    }

    [Theory]
    [InlineData((int)HashAlgorithmKind.Md5)]
    [InlineData((int)HashAlgorithmKind.Sha1)]
    [InlineData((int)HashAlgorithmKind.Sha256)]
    public void A_digest_matches_for_its_size_any_size_and_no_other(int algorithm)
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("sized"), compiler => AddDigest(compiler, (HashAlgorithmKind)algorithm, "D.Sized", Content.Length));
        Compile(directory.File("any"), compiler => AddDigest(compiler, (HashAlgorithmKind)algorithm, "D.Any", null));
        Compile(directory.File("other"), compiler => AddDigest(compiler, (HashAlgorithmKind)algorithm, "D.Other", Content.Length + 1));
        Assert.Equal(Verdict.Detected, Scan(directory.File("sized")));
        Assert.Equal(Verdict.Detected, Scan(directory.File("any")));
        Assert.Equal(Verdict.Clean, Scan(directory.File("other")));
    }

    [Fact]
    public void An_allowed_object_is_clean_whatever_finds_it()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("base"), WithMarker());
        Compile(directory.File("allow"), compiler => AddDigest(compiler, HashAlgorithmKind.Sha256, "allowed", Content.Length, DefinitionFlags.Allow));
        Assert.Equal(Verdict.Clean, Scan(directory.File("base"), directory.File("allow")));
    }

    [Fact]
    public void A_detection_names_definition_source_line_and_place()
    {
        using var directory = new TemporaryDirectory();
        Compile(directory.File("segment"), WithMarker());
        using var definitions = DefinitionSet.Open(directory.File("segment"));
        using var scanner = new Scanner(definitions);
        var detection = Assert.Single(scanner.Scan(new MemoryByteSource(Content), "file").Findings.OfType<Detection>());
        Assert.Equal(("Marker.Bytes", "markers.ndb", 7), (detection.Name, detection.Source, detection.Line));
        Assert.Equal([new MatchRange(0, 3, 12)], detection.Matches);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Content)), detection.Digests.Sha256);
        Assert.Equal(definitions.Segments[0].Sha256, detection.Segment);
    }

    [Fact]
    public void Hashes_and_their_names_cost_under_24_bytes_on_disk()
    {
        using var directory = new TemporaryDirectory();
        const int Count = 500_000;
        var random = new Random(3);
        var digest = new byte[32];
        var (_, length) = Compile(directory.File("hashes"), compiler =>
        {
            for (var i = 0; i < Count; i++)
            {
                random.NextBytes(digest);
                compiler.Add(
                    new HashDefinition($"Synth.Sha256.Agent-{i}-0", new("x.hsb", i + 1), HashAlgorithmKind.Sha256, HashScope.Object,
                        random.Next(100, 2_000_000), DefinitionFlags.None), digest);
            }
        });
        Assert.True(length < 24L * Count, $"{(double)length / Count} bytes a definition");
        using var definitions = DefinitionSet.Open(directory.File("hashes"));
        var last = definitions.List().Last();
        Assert.Equal(("Synth.Sha256.Agent-499999-0", "x.hsb", Count), (last.Name, last.Source, last.Line));
    }

    [Fact]
    public void Long_names_are_kept_whole()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(6);
        var names = new List<string>();
        foreach (var length in (int[])[1, 14, 15, 16, 254, 255, 256, 257, 300, 511, 512, 513, 3000, 8191, 8192])
        {
            // Some share all but the end with the one before, some nothing; all of them several times, over the borders of blocks.
            names.Add(new string('a', length - 1) + (char)('b' + random.Next(20)));
            names.Add(new string('a', length - 1) + (char)('b' + random.Next(20)));
            names.Add((char)('b' + random.Next(20)) + new string('ä', (length - 1) / 2));
        }

        names = [.. Enumerable.Range(0, 5).SelectMany(_ => names.OrderBy(_ => random.Next()).ToList())];
        var digests = names.Select(_ => { var digest = new byte[16]; random.NextBytes(digest); return digest; }).ToList();
        digests[77] = MD5.HashData(Content);
        Compile(directory.File("segment"), compiler =>
        {
            for (var i = 0; i < names.Count; i++)
                compiler.Add(new HashDefinition(names[i], new("x.hdb", i + 1), HashAlgorithmKind.Md5, HashScope.Object, null, DefinitionFlags.None), digests[i]);
        });
        using var definitions = DefinitionSet.Open(directory.File("segment"));
        Assert.Equal(names, definitions.List().OrderBy(definition => definition.Line).Select(definition => definition.Name));
        using var scanner = new Scanner(definitions);
        Assert.Equal(names[77], Assert.Single(scanner.Scan(new MemoryByteSource(Content), "x").Findings.OfType<Detection>()).Name);

        // And a retraction by such a name finds it.
        var other = new DefinitionCompiler();
        AddDigest(other, HashAlgorithmKind.Md5, names[77] + "x", null);
        AddDigest(other, HashAlgorithmKind.Md5, names[77], null);
        other.Retract(names[77], null, new("x.ign2", 1));
        other.Write(directory.File("retracted"), DateTimeOffset.UnixEpoch);
        using var rest = DefinitionSet.Open(directory.File("retracted"));
        using var second = new Scanner(rest);
        Assert.Equal(names[77] + "x", Assert.Single(second.Scan(new MemoryByteSource(Content), "x").Findings.OfType<Detection>()).Name);
    }

    [Fact]
    public void A_name_that_is_too_long_is_counted_with_its_place_and_never_cut()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(
            directory.File("x.hdb"),
            $"{Convert.ToHexStringLower(MD5.HashData(Content))}:{Content.Length}:{new string('n', 8193)}\n{new string('0', 32)}:1:Short\n");
        File.WriteAllText(directory.File("x.ndb"), $"{new string('n', 8193)}:0:*:{Convert.ToHexStringLower(Content)}\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.hdb"));
        builder.Add(directory.File("x.ndb"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal(["Short"], definitions.List().Select(definition => definition.Name));
        Assert.Equal(["hdb", "ndb"], report.Unsupported.Select(lines => lines.Kind));
        Assert.All(report.Unsupported, lines =>
        {
            Assert.Equal(("a name of more than 8192 bytes", 1L), (lines.Reason, lines.Count));
            Assert.Contains($"x.{lines.Kind}:1", lines.FirstAt);
        });
    }

    internal static (string Sha256, long Length) Compile(string path, Action<DefinitionCompiler> add)
    {
        var compiler = new DefinitionCompiler();
        add(compiler);
        Assert.Empty(compiler.Unsupported);
        return compiler.Write(path, DateTimeOffset.UnixEpoch);
    }

    private static Action<DefinitionCompiler> WithMarker() => compiler => compiler.Add(new Definition
    {
        Name = "Marker.Bytes",
        Location = new("markers.ndb", 7),
        Subpatterns = [new BytePattern(
            [new MaskedBytes([.. Encoding.ASCII.GetBytes("inert marker")], [.. Enumerable.Repeat((byte)0xFF, 12)])],
            PatternModifiers.None, OffsetConstraint.Anywhere)],
        Condition = new MatchCount([0], ComparisonOperator.Greater, 0),
    });

    private static void AddDigest(
        DefinitionCompiler compiler, HashAlgorithmKind algorithm, string name, long? size, DefinitionFlags flags = DefinitionFlags.None)
    {
        var digest = algorithm switch
        {
            HashAlgorithmKind.Md5 => MD5.HashData(Content),
            HashAlgorithmKind.Sha1 => SHA1.HashData(Content),
            _ => SHA256.HashData(Content),
        };
        compiler.Add(new HashDefinition(name, new("digests", 1), algorithm, HashScope.Object, size, flags), digest);
    }

    private static void Build(string path, params string[] sources)
    {
        var builder = new DefinitionBuilder();
        Array.ForEach(sources, builder.Add);
        Assert.Empty(builder.Build(path).Diagnostics);
    }

    private static Verdict Scan(params string[] segments)
    {
        using var definitions = DefinitionSet.Open(segments);
        using var scanner = new Scanner(definitions);
        return scanner.Scan(new MemoryByteSource(Content), "content").Verdict;
    }
}
