using System.Diagnostics;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Authenticode;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>
/// Signatures and catalogues that are cut short or changed: nothing is thrown, nothing takes long, and nothing is trusted that was not signed so.
/// </summary>
public sealed class HostileSignatureTests
{
    private const int Cuts = 400;
    private const int Mutants = 2000;
    private const long Now = 1_800_000_000;

    private static readonly Signer s_root = Signer.Root();
    private static readonly Signer s_signer = s_root.ForCode();
    private static readonly Signer s_times = s_root.ForTimes();

    private static IReadOnlyList<CertificateRule> Rules { get; } = [RuleOf(s_root.Line("T", true))];

    private static SignatureBuilder Builder { get; } = new(s_signer) { Others = [s_times, s_root], Times = (s_times, 2025), Nested = new(s_signer) };

    [Fact]
    public void Whole_ones_are_trusted()
    {
        Assert.True(IsTrusted(Builder.Sign(SignedProgramTests.Unsigned())));
        Assert.True(Catalog.Read(Builder.Catalog(SignedProgramTests.Unsigned()))!.IsTrusted(Rules, Now, Budget()));
    }

    [Fact]
    public void Cut_ones_are_not_trusted()
    {
        var program = Builder.Sign(SignedProgramTests.Unsigned());
        var catalog = Builder.Catalog(SignedProgramTests.Unsigned());
        for (var i = 0; i < Cuts; i++)
        {
            Assert.False(IsTrusted(program[..(program.Length * i / Cuts)]));
            Assert.Null(Catalog.Read(catalog.AsSpan(0, catalog.Length * i / Cuts)));
        }
    }

    [Fact]
    public void Changed_programs_are_not_trusted_unless_in_what_is_not_covered()
    {
        var program = Builder.Sign(SignedProgramTests.Unsigned());
        var tableStart = BitConverter.ToInt32(program, SignatureBuilder.EntryOffset(program));
        var random = new Random(7);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = (byte[])program.Clone();
            var at = random.Next(mutant.Length);
            mutant[at] ^= (byte)(1 << random.Next(8));
            // The checksum is not covered, nor is what stands in the table beside the message's signed parts.
            if (at < tableStart && at is < 0x40 + 88 or >= 0x40 + 92)
                Assert.False(IsTrusted(mutant), $"changed at {at}");
            else
                IsTrusted(mutant);
        }

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Changed_catalogues_list_nothing_that_was_not_signed()
    {
        var listed = SignedProgramTests.Unsigned();
        var catalog = Builder.Catalog(listed);
        var digest = SignatureBuilder.ProgramDigest(listed, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var random = new Random(8);
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = (byte[])catalog.Clone();
            for (var change = 0; change <= i % 3; change++)
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            if (Catalog.Read(mutant) is { } read && read.IsTrusted(Rules, Now, Budget()))
                Assert.All(read.Digests, one => Assert.Equal(digest, one.Digest));
        }
    }

    /// <summary>As many certificates of one name as fit, each to be compared with each: the comparisons have a limit.</summary>
    [Fact]
    public void Many_certificates_cost_little()
    {
        var many = Enumerable.Repeat(s_root.ForCode("One of many"), 60).ToArray();
        var program = new SignatureBuilder(s_signer) { Others = [.. many, s_root] }.Sign(SignedProgramTests.Unsigned());
        var clock = Stopwatch.StartNew();
        IsTrusted(program);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), clock.Elapsed.ToString());
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x30 })]
    [InlineData(new byte[] { 0x30, 0x80, 0, 0 })]
    [InlineData(new byte[] { 0x30, 0x85, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0 })]
    [InlineData(new byte[] { 0x30, 0x82, 0 })]
    [InlineData(new byte[] { 0x1F, 0x01, 0 })]
    [InlineData(new byte[] { 0x30, 2, 0 })]
    public void Elements_lie_within_what_holds_them(byte[] bytes)
    {
        var reader = new DerReader(bytes);
        Assert.False(reader.TryRead(out _, out _));
    }

    private static bool IsTrusted(byte[] program) =>
        ProgramSignature.Read(new BoundedReader(new MemoryByteSource(program), Budget())) is { } signature && signature.IsTrusted(Rules, Now);

    private static ScanBudget Budget() => new(ScanLimits.Default);

    private static CertificateRule RuleOf(string line)
    {
        var fields = line.Split(';');
        return CertificateRules.RuleOf(new AuxiliaryDefinition(
            AuxiliaryKind.Certificate, fields[0], new("x.crb", 1), [fields[1], fields[2], fields[3], fields[4], "7", "0"]));
    }
}
