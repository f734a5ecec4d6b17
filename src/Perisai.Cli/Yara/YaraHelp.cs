using System.Text;
using Perisai.Cli.Reports;

namespace Perisai.Cli.Yara;

/// <summary>What <c>--help</c> and <c>--version</c> print, and what is said where arguments are missing.</summary>
internal static class YaraHelp
{
    /// <summary>The version of YARA whose language and options these are: scripts compare it.</summary>
    public const string LanguageVersion = "4.5.0";

    private const int NameWidth = 44;

    public static string ScanUsage => "yara [OPTION]... [NAMESPACE:]RULES_FILE... FILE | DIR | PID";

    public static string CompileUsage => "yarac [OPTION]... [NAMESPACE:]SOURCE_FILE... OUTPUT_FILE";

    public static string Version => $"{LanguageVersion} (Perisai {ProgramVersion.Number})\n";

    public static string WrongNumber(string program, string usage) =>
        $"{program}: wrong number of arguments\nUsage: {usage}\n\nTry `--help` for more options\n";

    public static string Of(string usage, IReadOnlyList<YaraOption> options)
    {
        var text = new StringBuilder();
        text.Append($"Perisai {ProgramVersion.Number}, called as YARA {LanguageVersion} takes its arguments.\nUsage: {usage}\n\n");
        foreach (var option in options)
        {
            var letter = option.Letter == '\0' ? "     " : $"-{option.Letter},  ";
            var value = option.Shown.Length > 0 ? "=" + option.Shown : "";
            text.Append($"  {letter}{$"--{option.Name}{value}".PadRight(NameWidth - 5)}{option.Text}\n");
        }

        text.Append("\nA short option's value is the next argument: -t TAG. Exit status: 0, or 1 after an error. docs/yara.md lists what differs from YARA.\n");
        return text.ToString();
    }
}
