using System.Security.Cryptography;
using Perisai.Engine.Tests.Sources;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>Programs that a catalogue (.cat) of somebody whom definitions trust excuses, beside clamscan.</summary>
public sealed class CatalogTests
{
    private static readonly Signer s_root = Signer.Root();
    private static readonly Signer s_signer = s_root.ForCode();
    private static readonly byte[] s_listed = SignedProgramTests.Unsigned();
    private static readonly byte[] s_other = SignedProgramTests.Unsigned(is64Bit: true);

    /// <summary>Rules come before catalogues here, whatever their names; clamscan passes over a catalogue whose rule it has not read yet.</summary>
    [Theory]
    [InlineData(true, "SHA1", true)]
    [InlineData(false, "SHA1", false)]
    [InlineData(true, "SHA256", true)]
    public void Listed_programs_are_not_reported(bool hasRule, string algorithm, bool isExcused)
    {
        using var directory = new TemporaryDirectory();
        var builder = new SignatureBuilder(s_signer) { Algorithm = new HashAlgorithmName(algorithm) };
        Write(directory, builder.Catalog(s_listed, [.. SignedProgramTests.Unsigned(), 1]), hasRule);
        Assert.Equal([isExcused ? null : "Test.Marked", "Test.Marked"], Scan(directory));
    }

    [Fact]
    public void A_catalogue_that_was_changed_excuses_nobody()
    {
        using var directory = new TemporaryDirectory();
        var catalog = new SignatureBuilder(s_signer) { Algorithm = HashAlgorithmName.SHA1 }.Catalog(s_listed);
        var digest = SignatureBuilder.ProgramDigest(s_listed, HashAlgorithmName.SHA1);
        catalog[catalog.AsSpan().IndexOf(digest)] ^= 1;
        Write(directory, catalog, hasRule: true);
        Assert.Equal(["Test.Marked", "Test.Marked"], Scan(directory));
        Assert.Equal("source.catalogue-not-trusted", Report(directory).Diagnostics.Single().Id);
    }

    [Fact]
    public void What_is_no_catalogue_is_said()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "no catalogue"u8.ToArray(), hasRule: true);
        var diagnostic = Report(directory).Diagnostics.Single();
        Assert.Equal(("source.catalogue", false), (diagnostic.Id, diagnostic.IsError));
    }

    [Fact]
    public void They_are_not_counted_as_known()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, new SignatureBuilder(s_signer).Catalog(s_listed, s_other), hasRule: true);
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("db"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal(2, report.Loaded["cat"]);
        Assert.Equal((1, 0), (definitions.Segments.Single().Definitions, definitions.Segments.Single().Hashes));
    }

    /// <summary>The rule's file is written first; whether clamscan reads it first is the file system's.</summary>
    [Fact]
    public void Clamscan_agrees_where_it_reads_the_rule_first()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, new SignatureBuilder(s_signer) { Algorithm = HashAlgorithmName.SHA1 }.Catalog(s_listed), hasRule: true);
        var theirs = ClamScan.Run(directory, directory.File("db"), false, directory.File("listed.exe"), directory.File("other.exe"));
        Assert.SkipUnless(theirs[0] is null, "clamscan read the catalogue before the rule that trusts it");
        Assert.Equal(theirs, Scan(directory));
    }

    /// <summary>The seed of the fuzz target.</summary>
    internal static byte[] Sample() => new SignatureBuilder(s_signer) { Others = [s_root] }.Catalog(s_listed, s_other);

    private static string?[] Scan(TemporaryDirectory directory) =>
        ClamScan.Scan(directory.File("db"), false, directory.File("listed.exe"), directory.File("other.exe"));

    private static BuildReport Report(TemporaryDirectory directory)
    {
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("db"));
        using var definitions = builder.BuildTemporary(out var report);
        return report;
    }

    private static void Write(TemporaryDirectory directory, byte[] catalog, bool hasRule)
    {
        Directory.CreateDirectory(directory.File("db"));
        if (hasRule)
            File.WriteAllText(directory.File("db/x.crb"), s_root.Line("T", true) + "\n");
        File.WriteAllBytes(directory.File("db/a.cat"), catalog);
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:0:*:{Convert.ToHexString("MARKED"u8)}\n");
        File.WriteAllBytes(directory.File("listed.exe"), s_listed);
        File.WriteAllBytes(directory.File("other.exe"), s_other);
    }
}
