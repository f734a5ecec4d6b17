using Perisai.Engine.Tests.Sources;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>Lines about certificates (.crb): which are loaded and which refused, beside clamscan.</summary>
public sealed class CertificateLineTests
{
    private const string Subject = "81c99c4700e69f7cb9755a03033ce59f77c336d5";

    [Theory]
    [InlineData("n;1;{0};;abcd;010001;1;1;1;0;c", null)]
    [InlineData("n;0;{0};{0};abcd;;0;0;0;;", null)]
    [InlineData("n;1x;{0};;abcd;zz;1x;1;1;xyz;c;1;255", null)]
    [InlineData(";0;{0};;abcd;;0;0;0;;", null)]
    [InlineData("n;1;{0};;abcd;010001;1;1;1;0", "clamav.field-count")]
    [InlineData("n;1;{0};;abcd;010001;1;1;1;0;c;1;255;9", "clamav.field-count")]
    [InlineData("n;1;{0};;abcd;010001;1;1;1;0;c;x", "clamav.level")]
    [InlineData("n;2;{0};;abcd;010001;1;1;1;0;c", "clamav.member-number")]
    [InlineData("n;;{0};;abcd;010001;1;1;1;0;c", "clamav.member-number")]
    [InlineData("n;1;{0}00;;abcd;010001;1;1;1;0;c", "clamav.digest")]
    [InlineData("n;1;;;abcd;010001;1;1;1;0;c", "clamav.digest")]
    [InlineData("n;1;{0};zz;abcd;010001;1;1;1;0;c", "clamav.digest")]
    [InlineData("n;1;{0};;;010001;1;1;1;0;c", "clamav.hex-digit")]
    [InlineData("n;1;{0};;abcd;010001;2;1;1;0;c", "clamav.member-number")]
    [InlineData("n;1;{0};;abcd;010001;1;;1;0;c", "clamav.member-number")]
    [InlineData("n;1;{0};;abcd;010001;1;1;x;0;c", "clamav.member-number")]
    public void Loads_and_refuses_what_clamscan_does(string line, string? id)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.crb"), string.Format(System.Globalization.CultureInfo.InvariantCulture, line, Subject) + "\n");
        File.WriteAllText(directory.File("plain"), "nothing");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.crb"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal(id is null ? [] : [id], report.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Empty(report.Unsupported);
        Assert.Equal(id is null, ClamScan.TryRun(directory, directory.File("x.crb"), false, directory.File("plain")) is not null);
    }

    /// <summary>The difference: clamscan takes it for some number, so that the line means nothing.</summary>
    [Theory]
    [InlineData("abxx")]
    [InlineData("abc")]
    public void A_modulus_that_is_no_number_is_refused(string modulus)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.crb"), $"n;1;{Subject};;{modulus};010001;1;1;1;0;c\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.crb"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal("clamav.hex-digit", report.Diagnostics.Single().Id);
    }

    [Fact]
    public void Lines_for_other_levels_are_passed_over()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.crb"), $"n;1;{Subject};;abcd;;1;1;1;0;c;300\nn;1;{Subject};;abcd;;1;1;1;0;c;1;20\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.crb"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal(2, Assert.Single(report.Unsupported).Count);
    }
}
