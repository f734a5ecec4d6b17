using System.Globalization;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports;

/// <summary>How reports say things.</summary>
internal static class Words
{
    /// <summary>The path of a finding in one line, safe to print: <c>dir/a.zip > b/c.tar.gz > d.exe</c>.</summary>
    public static string PathOf(ScanResult result, Finding finding) =>
        string.Join(" > ", finding.Path.Skip(1).Prepend(result.Path.ToString()).Select(PrintableText.Of));

    /// <summary>The machine word of a reason, in lower case with hyphens.</summary>
    public static string Id(NotScannedReason reason) => reason switch
    {
        NotScannedReason.OverBudget => "over-budget",
        NotScannedReason.SpecialFile => "special-file",
        NotScannedReason.MissingVolume => "missing-volume",
        NotScannedReason.SymbolicLink => "symbolic-link",
        NotScannedReason.ReaderFailed => "reader-failed",
        _ => reason.ToString().ToLowerInvariant(),
    };

    /// <summary>The machine word of a type: <c>elf</c>, <c>gzip</c>.</summary>
    public static string Id(FileType type) => type.ToString().ToLowerInvariant();

    /// <summary>A reason for a person.</summary>
    public static string Of(NotScannedReason reason) => Id(reason).Replace('-', ' ');

    /// <summary>The option that sets a limit.</summary>
    public static string OptionOf(BudgetLimit limit) => limit switch
    {
        BudgetLimit.ObjectBytes => "--max-object-size",
        BudgetLimit.ProducedBytes => "--max-produced-size",
        BudgetLimit.Depth => "--max-depth",
        BudgetLimit.Objects => "--max-objects",
        BudgetLimit.Time => "--max-time",
        BudgetLimit.ExpansionRatio => "--max-ratio",
        BudgetLimit.DecoderMemory => "--max-decoder-memory",
        _ => "",
    };

    /// <summary>Why something was not scanned: reason, limit, detail.</summary>
    public static string Of(NotScanned finding)
    {
        var text = Of(finding.Reason);
        if (OptionOf(finding.Limit) is { Length: > 0 } option)
            text += $", {option}";
        if (finding.IsPartial)
            text += ", in part";
        return finding.Detail.Length > 0 ? $"{text}: {PrintableText.Of(finding.Detail)}" : text;
    }

    public static string Count(long number, string one, string many) => $"{Number(number)} {(number == 1 ? one : many)}";

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A size in the unit that leaves three digits.</summary>
    public static string Size(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++)
            bytes /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bytes, bytes >= 100 || unit == 0 ? 0 : bytes >= 10 ? 1 : 2)} {units[unit]}");
    }

    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00} h"),
    };
}
