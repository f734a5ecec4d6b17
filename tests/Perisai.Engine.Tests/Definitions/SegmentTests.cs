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

    private static Verdict Scan(params string[] segments)
    {
        using var definitions = DefinitionSet.Open(segments);
        using var scanner = new Scanner(definitions);
        return scanner.Scan(new MemoryByteSource(Content), "content").Verdict;
    }
}
