using System.Text;
using Perisai.Cli.Reports;

namespace Perisai.Cli.ClamScan;

/// <summary><c>--help</c>.</summary>
internal static class ClamScanHelp
{
    private const int NameWidth = 34;

    public static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine($"Perisai {ProgramVersion.Number}, called as clamscan takes its arguments.");
        text.AppendLine();
        text.AppendLine("    perisai clamscan [OPTION…] [FILE|FOLDER|-]…");
        foreach (var (use, heading) in new[]
                 {
                     (OptionUse.Followed, "Options; a switch is turned off by =no"),
                     (OptionUse.WithoutEffect, "Accepted, without effect"),
                     (OptionUse.Refused, "Refused, since something would be missing"),
                 })
        {
            text.AppendLine().AppendLine($"{heading}:");
            foreach (var option in ClamScanOptions.All.Where(option => option.Use == use))
            {
                var value = option.Kind switch { OptionKind.Text => "=TEXT", OptionKind.Number => "=N", OptionKind.Size => "=SIZE", _ => "" };
                var name = $"--{option.Name}{value}{(option.Letter == '\0' ? "" : $", -{option.Letter}")}";
                text.AppendLine($"    {name.PadRight(NameWidth)}{option.Text}{(option.Default ? " (on unless turned off)" : "")}");
            }
        }

        text.AppendLine();
        text.AppendLine("Exit status: 0 nothing found, 1 something found, 2 an error. docs/clamscan.md lists what differs from clamscan.");
        return text.ToString();
    }
}
