using System.Security.Cryptography;
using Perisai.Engine.Formats.Authenticode;
using Perisai.Engine.Tests.Sources;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>Programs that definitions (.crb) trust or block for who signed them, beside clamscan on the same files.</summary>
public sealed class SignedProgramTests
{
    private static readonly Signer s_root = Signer.Root();
    private static readonly Signer s_otherRoot = Signer.Root("Other Root");
    private static readonly Signer s_signer = s_root.ForCode();
    private static readonly Signer s_expired = s_root.ForCode("Expired", 2018, 2021);
    private static readonly Signer s_future = s_root.ForCode("Future", 2036, 2039);
    private static readonly Signer s_times = s_root.ForTimes();
    private static readonly Signer s_anything = s_root.ForAnything();
    private static readonly Signer s_between = s_root.ForAnything(isAuthority: true, "Test Between");
    private static readonly Signer s_belowBetween = s_between.ForCode("Below");
    private static readonly Signer s_withoutUsage = s_root.WithoutUsage();
    private static readonly Signer s_belowWithoutUsage = s_withoutUsage.ForCode("Below one without usage");
    private static readonly Signer s_belowLeaf = s_anything.ForCode("Below a leaf");

    public static TheoryData<string, string, bool> Trust => new()
    {
        { "plain", "", false },
        { "plain", s_root.Line("T", true), true },
        { "plain", s_root.Line("T", true, withSerial: true), true },
        { "plain", s_root.Line("T", true, "C"), false },
        { "plain", s_root.Line("T", true, "cC"), true },
        { "plain", s_root.Line("T", true, "ct"), false },
        { "plain", s_signer.Line("T", true, "c"), true },
        { "plain", s_signer.Line("T", true, "ctC", withSerial: true), true },
        { "plain", s_signer.Line("T", true, "tC"), false },
        { "plain", s_signer.Line("T", true, notBefore: 1_900_000_000), false },
        { "plain", s_signer.Line("T", true, notBefore: 1_500_000_000), true },
        { "plain", s_otherRoot.Line("T", true), false },
        { "plain", s_times.Line("T", true), false },
        { "with root", s_root.Line("T", true), true },
        { "with root first", s_root.Line("T", true), true },
        { "another's digest", s_root.Line("T", true), false },
        { "changed", s_root.Line("T", true), false },
        { "changed checksum", s_root.Line("T", true), true },
        { "changed signature", s_root.Line("T", true), false },
        { "followed", s_root.Line("T", true), false },
        { "expired", s_root.Line("T", true), false },
        { "expired, stamped in time", s_root.Line("T", true), true },
        { "expired, stamped too late", s_root.Line("T", true), false },
        { "expired, wrongly stamped", s_root.Line("T", true), false },
        { "expired, stamped by a signer of code", s_root.Line("T", true), false },
        { "expired, stamped in time", s_root.Line("T", true, "cC"), false },
        { "expired, stamped in time", s_expired.Line("T", true, "c"), false },
        { "expired, stamped in time", $"{s_expired.Line("T", true, "c")}\n{s_times.Line("T", true, "t")}", true },
        { "future", s_root.Line("T", true), false },
        { "times", s_root.Line("T", true), false },
        { "anything", s_root.Line("T", true), true },
        { "sha1", s_root.Line("T", true), true },
        { "sha384", s_root.Line("T", true), true },
        { "sha512", s_root.Line("T", true), true },
        { "two between", s_root.Line("T", true), true },
        { "two between, otherwise", s_root.Line("T", true), true },
        { "between is missing", s_root.Line("T", true), false },
        { "between is missing", s_between.Line("T", true), true },
        { "below a leaf", s_root.Line("T", true), false },
        { "nested", s_root.Line("T", true), true },
        { "nested in another's", s_root.Line("T", true), false },
        { "64 bits", s_root.Line("T", true), true },
    };

    [Theory]
    [MemberData(nameof(Trust))]
    public void Trusted_programs_are_not_reported(string program, string lines, bool isTrusted)
    {
        using var directory = new TemporaryDirectory();
        WriteDatabase(directory, lines);
        File.WriteAllBytes(directory.File("a.exe"), Program(program));
        Assert.Equal([isTrusted ? null : "Test.Marked"], ClamScan.Scan(directory.File("db"), false, directory.File("a.exe")));
        ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("a.exe"));
    }

    public static TheoryData<string, string, string?> Blocks => new()
    {
        { "plain", s_signer.Line("Test.Blocked", false), "Test.Blocked" },
        { "plain", s_signer.Line("Test.Blocked", false, ""), "Test.Blocked" },
        { "plain", s_signer.Line("Test.Blocked", false, withSerial: true), "Test.Blocked" },
        { "plain", s_root.Line("Test.Blocked", false), "Test.Marked" },
        { "with root", s_root.Line("Test.Blocked", false), "Test.Blocked" },
        { "plain", $"{s_signer.Line("Test.Blocked", false)}\n{s_root.Line("T", true)}", "Test.Blocked" },
        { "plain", $"{s_root.Line("T", true)}\n{s_signer.Line("Test.Blocked", false)}", "Test.Blocked" },
        { "with root", $"{s_root.Line("Test.Root", false)}\n{s_signer.Line("Test.Signer", false)}", "Test.Root" },
        { "with root first", $"{s_root.Line("Test.Root", false)}\n{s_signer.Line("Test.Signer", false)}", "Test.Signer" },
        { "changed", s_signer.Line("Test.Blocked", false), "Test.Blocked" },
        { "changed signature", s_signer.Line("Test.Blocked", false), "Test.Blocked" },
        { "another's digest", s_signer.Line("Test.Blocked", false), "Test.Blocked" },
        { "expired", s_expired.Line("Test.Blocked", false), "Test.Blocked" },
        { "followed", s_signer.Line("Test.Blocked", false), "Test.Marked" },
        { "nested in another's", s_signer.Line("Test.Blocked", false), "Test.Marked" },
        { "plain", s_signer.Line("", false), "(unnamed CRB rule)" },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Blocked_programs_are_named_by_the_rule(string program, string lines, string? name)
    {
        using var directory = new TemporaryDirectory();
        WriteDatabase(directory, lines);
        File.WriteAllBytes(directory.File("a.exe"), Program(program));
        Assert.Equal([name], ClamScan.Scan(directory.File("db"), false, directory.File("a.exe")));
        ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("a.exe"));
    }

    /// <summary>
    /// Where clamscan is less careful: what nothing covers, a digest that can be forged, and a certificate that says that it is no authority's.
    /// </summary>
    [Theory]
    [InlineData("followed in the table")]
    [InlineData("md5")]
    [InlineData("below one without usage")]
    public void What_proves_nothing_is_not_trusted(string program)
    {
        using var directory = new TemporaryDirectory();
        WriteDatabase(directory, s_root.Line("T", true));
        File.WriteAllBytes(directory.File("a.exe"), Program(program));
        Assert.Equal(["Test.Marked"], ClamScan.Scan(directory.File("db"), false, directory.File("a.exe")));
        Assert.Equal([null], ClamScan.Run(directory, directory.File("db"), false, directory.File("a.exe")));
    }

    [Fact]
    public void Members_are_judged_for_themselves_and_for_what_they_lie_in()
    {
        using var directory = new TemporaryDirectory();
        WriteDatabase(directory, s_root.Line("T", true));
        foreach (var program in (string[])["plain", "changed"])
        {
            File.WriteAllBytes(directory.File($"{program}.exe"), Program(program));
            using var zip = System.IO.Compression.ZipFile.Open(directory.File($"{program}.zip"), System.IO.Compression.ZipArchiveMode.Create);
            using var entry = zip.CreateEntry("a.exe").Open();
            entry.Write(Program(program));
        }

        byte[] holder = [.. Unsigned(), .. File.ReadAllBytes(directory.File("changed.zip"))];
        File.WriteAllBytes(directory.File("within.exe"), new SignatureBuilder(s_signer).Sign(holder));
        string[] files = ["plain.zip", "changed.zip", "within.exe"];
        Assert.Equal([null, "Test.Marked", null], ClamScan.Scan(directory.File("db"), false, [.. files.Select(directory.File)]));
        ClamScan.AssertAgrees(directory, directory.File("db"), false, [.. files.Select(directory.File)]);
    }

    [Fact]
    public void Allowed_files_are_not_blocked()
    {
        using var directory = new TemporaryDirectory();
        WriteDatabase(directory, s_signer.Line("Test.Blocked", false));
        var file = Program("plain");
        File.WriteAllBytes(directory.File("a.exe"), file);
        File.WriteAllText(directory.File("db/x.fp"), $"{Convert.ToHexStringLower(MD5.HashData(file))}:{file.Length}:Allowed\n");
        Assert.Equal([null], ClamScan.Scan(directory.File("db"), false, directory.File("a.exe")));
        ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("a.exe"));
    }

    [Fact]
    public void Certificates_can_be_passed_over()
    {
        using var directory = new TemporaryDirectory();
        WriteDatabase(directory, $"{s_root.Line("T", true)}\n{s_expired.Line("Test.Blocked", false)}");
        Assert.Null(Name("plain", checks: true));
        Assert.Equal("Test.Marked", Name("plain", checks: false));
        Assert.Equal("Test.Blocked", Name("expired", checks: true));
        Assert.Equal("Test.Marked", Name("expired", checks: false));

        string? Name(string program, bool checks)
        {
            var builder = new DefinitionBuilder();
            builder.Add(directory.File("db"));
            using var definitions = builder.BuildTemporary(out _);
            using var scanner = new Scanner(definitions, new ScanOptions { CheckCertificates = checks });
            return scanner.Scan(new MemoryByteSource(Program(program)), "a.exe").Findings.OfType<Detection>().FirstOrDefault()?.Name;
        }
    }

    /// <summary>
    /// Libraries beside these tests, which their publishers signed, with certificates of real authorities and time stamps: trusted or blocked for each of the
    /// certificates that they bring.
    /// </summary>
    [Theory]
    [InlineData(true, "ctC")]
    [InlineData(true, "cC")]
    [InlineData(false, "")]
    public void Programs_of_this_machine_are_judged_as_clamscan_judges_them(bool trusts, string uses)
    {
        using var directory = new TemporaryDirectory();
        var rules = new Dictionary<string, string>();
        var signed = new List<string>();
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(60))
        {
            using var source = new MemoryByteSource(File.ReadAllBytes(file));
            if (ProgramSignature.Read(new BoundedReader(source, new ScanBudget(ScanLimits.Default))) is not { Certificates.Count: > 0 } signature)
                continue;
            signed.Add(file);
            foreach (var certificate in signature.Certificates)
            {
                var (subject, key) = (Convert.ToHexStringLower(certificate.Subject), Convert.ToHexStringLower(certificate.Key.Modulus));
                string On(char use) => uses.Contains(use) ? "1" : "0";
                rules[subject + key] = $"Test.Rule{rules.Count};{(trusts ? 1 : 0)};{subject};;{key};010001;{On('c')};{On('t')};{On('C')};0;c";
            }
        }

        Assert.SkipWhen(signed.Count == 0, "none of the libraries beside the tests is signed");
        WriteDatabase(directory, string.Join('\n', rules.Values));
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:1:*:{Convert.ToHexString("This program cannot be run"u8)}\n");
        ClamScan.AssertAgrees(directory, directory.File("db"), false, [.. signed]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{signed.Count} programs, {rules.Count} certificates");
    }

    /// <summary>A line that trusts the authority of most of the programs.</summary>
    internal static string TrustsRoot => s_root.Line("T", true);

    /// <summary>A line that blocks the signer of most of them.</summary>
    internal static string BlocksSigner => s_signer.Line("Test.Blocked", false);

    /// <summary>Programs that are seeds of the fuzz target.</summary>
    internal static string[] Seeds => ["with root", "expired, stamped in time", "nested", "sha1"];

    /// <summary>Programs as they are named in the cases.</summary>
    internal static byte[] Program(string name)
    {
        var signed = Builder(name).Sign(name == "64 bits" ? Unsigned(is64Bit: true) : Unsigned());
        switch (name)
        {
            case "changed":
                signed[0x300] ^= 1;
                return signed;
            case "changed checksum":
                signed[0x40 + 88] ^= 1;
                return signed;
            case "changed signature":
                // The end of the last signer's signature.
                signed[^20] ^= 1;
                return signed;
            case "followed":
                return [.. signed, 0, 0, 0, 0, 0, 0, 0, 0];
            case "followed in the table":
                var length = signed.AsSpan(SignatureBuilder.EntryOffset(signed) + 4);
                BitConverter.TryWriteBytes(length, BitConverter.ToInt32(length) + 8);
                return [.. signed, .. "appended"u8];
            default:
                return signed;
        }
    }

    internal static byte[] Unsigned(bool is64Bit = false) =>
        new PeBuilder { Is64Bit = is64Bit }.Section([.. new byte[300], .. "MARKED"u8, .. new byte[200]]).Build().File;

    private static SignatureBuilder Builder(string name) => name switch
    {
        "with root" => new(s_signer) { Others = [s_root] },
        "with root first" => new(s_signer) { Others = [s_root], RootFirst = true },
        "another's digest" => new(s_signer) { StatedDigest = SHA256.HashData("another"u8) },
        "expired" => new(s_expired),
        "expired, stamped in time" => new(s_expired) { Others = [s_times], Times = (s_times, 2019) },
        "expired, stamped too late" => new(s_expired) { Others = [s_times], Times = (s_times, 2023) },
        "expired, wrongly stamped" => new(s_expired) { Others = [s_times], Times = (s_times, 2019), SpoilsCountersignature = true },
        "expired, stamped by a signer of code" => new(s_expired) { Others = [s_signer], Times = (s_signer, 2019) },
        "future" => new(s_future),
        "times" => new(s_times),
        "anything" => new(s_anything),
        "sha1" => new(s_signer) { Algorithm = HashAlgorithmName.SHA1 },
        "sha384" => new(s_signer) { Algorithm = HashAlgorithmName.SHA384 },
        "sha512" => new(s_signer) { Algorithm = HashAlgorithmName.SHA512 },
        "md5" => new(s_signer) { Algorithm = HashAlgorithmName.MD5 },
        "two between" => new(s_belowBetween) { Others = [s_between, s_root] },
        "two between, otherwise" => new(s_belowBetween) { Others = [s_root, s_between] },
        "between is missing" => new(s_belowBetween) { Others = [s_root] },
        "below one without usage" => new(s_belowWithoutUsage) { Others = [s_withoutUsage, s_root] },
        "below a leaf" => new(s_belowLeaf) { Others = [s_anything, s_root] },
        "nested" => new(s_signer) { Nested = new(s_otherRoot.ForCode()) },
        "nested in another's" => new(s_otherRoot.ForCode()) { Nested = new(s_signer) },
        _ => new(s_signer),
    };

    internal static void WriteDatabase(TemporaryDirectory directory, string lines)
    {
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:0:*:{Convert.ToHexString("MARKED"u8)}\n");
        if (lines.Length > 0)
            File.WriteAllText(directory.File("db/x.crb"), lines + "\n");
    }
}
