namespace Perisai.Cli.Yara;

/// <summary>The options of yara and yarac, those of YARA 4.5. A table.</summary>
internal static class YaraOptions
{
    /// <summary>Options of yara.</summary>
    public static IReadOnlyList<YaraOption> Scanning { get; } =
    [
        Text('\0', "atom-quality-table", "FILE", "accepted, without effect: atoms are chosen by a table of our own"),
        Switch('C', "compiled-rules", "the rules were compiled by 'perisai yarac'"),
        Switch('c', "count", "print only how many rules match"),
        Text('d', "define", "VAR=VALUE", "define an external variable"),
        Switch('q', "disable-console-logs", "print nothing that rules log with the console module"),
        Switch('E', "strict-escape", "unknown escapes in regular expressions are errors"),
        Switch('\0', "fail-on-warnings", "warnings about rules are errors"),
        Switch('f', "fast-scan", "report only the first match of strings whose other matches do not matter"),
        Switch('h', "help", "print this"),
        Text('i', "identifier", "NAME", "print only rules of this name"),
        Number('\0', "max-process-memory-chunk", "accepted, without effect: memory is read in pieces of 128 KiB"),
        Number('l', "max-rules", "stop with a file after so many rules match"),
        Number('\0', "max-strings-per-rule", "strings that a rule may have (default and maximum 65535)"),
        Text('x', "module-data", "MODULE=FILE", "pass a file's content to a module"),
        Switch('n', "negate", "print the rules that do not match"),
        Switch('N', "no-follow-symlinks", "do not follow symbolic links below a directory"),
        Switch('w', "no-warnings", "print no warnings"),
        Switch('m', "print-meta", "print meta information"),
        Switch('D', "print-module-data", "print the facts of every module that the rules import"),
        Switch('e', "print-namespace", "print namespaces"),
        Switch('\0', "print-regions", "of a process, print of each match the region of memory and the file that is mapped there"),
        Switch('S', "print-stats", "print how many rules and strings there are"),
        Switch('s', "print-strings", "print matching strings"),
        Switch('L', "print-string-length", "print the lengths of matching strings"),
        Switch('X', "print-xor-key", "print the keys of strings with xor, and the texts under them"),
        Switch('g', "print-tags", "print tags"),
        Switch('r', "recursive", "scan directories with the directories in them"),
        Switch('\0', "scan-list", "the last argument is a file with paths to scan, one a line"),
        Number('z', "skip-larger", "skip files in directories that are larger than so many bytes"),
        Number('k', "stack-size", "accepted, without effect: the stack grows as it is needed"),
        Text('t', "tag", "TAG", "print only rules with this tag"),
        Number('p', "threads", "scanning threads (at most 32; default one a core)"),
        Number('a', "timeout", "end the scan after so many seconds"),
        Switch('v', "version", "print the version"),
    ];

    /// <summary>Options of yarac.</summary>
    public static IReadOnlyList<YaraOption> Compiling { get; } =
    [
        .. Scanning.Where(option => option.Name is "atom-quality-table" or "define" or "strict-escape" or "fail-on-warnings" or "help"
            or "max-strings-per-rule" or "no-warnings" or "version"),
    ];

    private static YaraOption Switch(char letter, string name, string text) => new(letter, name, YaraValue.None, "", text);

    private static YaraOption Text(char letter, string name, string shown, string text) => new(letter, name, YaraValue.Text, shown, text);

    private static YaraOption Number(char letter, string name, string text) => new(letter, name, YaraValue.Integer, "NUMBER", text);
}
