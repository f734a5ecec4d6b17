using System.Collections.Immutable;
using Perisai.Cli.Commands;
using Perisai.Cli.Definitions;
using Perisai.Cli.Walking;
using Perisai.Engine;

namespace Perisai.Cli.ClamScan;

/// <summary>clamscan's options in the terms of this engine.</summary>
internal sealed class ClamScanSettings
{
    /// <summary>Where ClamAV keeps its databases.</summary>
    private const string StandardFolder = "/var/lib/clamav";

    private static readonly FileType[] s_mail = [FileType.Mail, FileType.Mbox, FileType.Tnef, FileType.Uuencode, FileType.YEnc];

    /// <summary>Opened whatever is said of archives: each has an option of its own, or is no container in clamscan.</summary>
    private static readonly FileType[] s_noArchives =
    [
        FileType.Unknown, FileType.Text, FileType.TextUtf16, FileType.Script, FileType.EncodedScript, FileType.Html, FileType.Xml, FileType.Ole2, FileType.Pdf,
        FileType.Swf, FileType.OneNote, FileType.Hwp3, FileType.Pe, FileType.MsDos, FileType.Elf, FileType.MachO, FileType.MachOFat, FileType.Gif,
        FileType.Png, FileType.Jpeg, FileType.Tiff, FileType.Bmp,
    ];

    /// <summary>Kinds of content that have an option: its name behind <c>scan-</c>, the types.</summary>
    private static readonly (string Option, FileType[] Types)[] s_kinds =
    [
        ("mail", s_mail), ("pe", [FileType.Pe, FileType.MsDos]), ("elf", [FileType.Elf]), ("ole2", [FileType.Ole2]), ("pdf", [FileType.Pdf]),
        ("swf", [FileType.Swf]), ("html", [FileType.Html]), ("hwp3", [FileType.Hwp3]), ("onenote", [FileType.OneNote]),
        ("image", [FileType.Gif, FileType.Png, FileType.Jpeg, FileType.Tiff, FileType.Bmp]),
        ("archive", [.. Enum.GetValues<FileType>().Except(s_mail).Except(s_noArchives)]),
    ];

    private readonly ClamScanArguments _arguments;
    private readonly RealPaths _realPaths = new();

    /// <exception cref="UsageException">A value is wrong.</exception>
    public ClamScanSettings(ClamScanArguments arguments)
    {
        _arguments = arguments;
        FollowDirectories = Choice("follow-dir-symlinks");
        FollowFiles = Choice("follow-file-symlinks");
        if (arguments.Texts("include-pua").Count > 0 && arguments.Texts("exclude-pua").Count > 0)
            throw new UsageException("--exclude-pua and --include-pua cannot be used together.");
        if (arguments.Switch("leave-temps") && !WritesMetadata)
            throw new UsageException("The option --leave-temps cannot be followed without --gen-json: there are no other temporary files with names.");
        Filter = new()
        {
            Exclude = Tests("exclude", _realPaths.Of),
            ExcludeDirectories = Tests("exclude-dir", path => path.ToString()),
            Include = Tests("include", _realPaths.Of),
            IncludeDirectories = Tests("include-dir", path => path.ToString()),
        };
    }

    /// <summary>0 never, 1 arguments, 2 always.</summary>
    public long FollowDirectories { get; }

    public long FollowFiles { get; }

    public EntryFilter Filter { get; }

    public bool AllMatches => _arguments.Switch("allmatch");

    public bool OnlyInfected => _arguments.Switch("infected");

    public bool SuppressesOk => _arguments.Switch("suppress-ok-results") || OnlyInfected;

    public bool IsVerbose => _arguments.Switch("verbose") || IsDebug;

    public bool IsDebug => _arguments.Switch("debug");

    /// <summary>Whether files are described in JSON.</summary>
    public bool WritesMetadata => _arguments.Switch("gen-json");

    public bool LeavesMetadata => WritesMetadata && _arguments.Switch("leave-temps");

    /// <summary>Whether what is shaped like an attack is reported where it is met, and not behind all that definitions name.</summary>
    public bool AlertsInOrder => _arguments.Switch("heuristic-scan-precedence");

    public bool ShowsMembers => _arguments.Switch("archive-verbose");

    public bool IsQuiet => _arguments.Switch("quiet");

    public bool HasSummary => !_arguments.Switch("no-summary") && !IsQuiet;

    public bool RingsBell => _arguments.Switch("bell");

    public bool ErrorsToOutput => _arguments.Switch("stdout");

    public bool AlertsExceededLimits => _arguments.Switch("alert-exceeds-max");

    public bool AlertsEncryptedArchives => _arguments.Switch("alert-encrypted") || _arguments.Switch("alert-encrypted-archive");

    public bool AlertsEncryptedDocuments => _arguments.Switch("alert-encrypted") || _arguments.Switch("alert-encrypted-doc");

    public bool AlertsMacros => _arguments.Switch("alert-macros");

    public bool AlertsBrokenPrograms => _arguments.Switch("alert-broken");

    public bool AlertsBrokenMedia => _arguments.Switch("alert-broken-media");

    public bool AlertsPartitions => _arguments.Switch("alert-partition-intersection");

    public bool AlertsHeuristics => _arguments.Switch("heuristic-alerts");

    /// <summary>Whether links in mails are compared, and the databases about them read.</summary>
    public bool ComparesLinks => _arguments.Switch("phishing-scan-urls");

    public bool Recurses => _arguments.Switch("recursive");

    public string? Log => _arguments.Text("log");

    public string? FileList => _arguments.Text("file-list");

    public string? MoveTo => _arguments.Text("move");

    public string? CopyTo => _arguments.Text("copy");

    public bool Removes => _arguments.Switch("remove");

    public string? TemporaryFolder => _arguments.Text("tempdir");

    /// <summary>Days that a database may be old; null where it does not matter.</summary>
    public long? OldestDays => _arguments.Text("fail-if-cvd-older-than") is null ? null : _arguments.Number("fail-if-cvd-older-than", 0);

    public WalkOptions Walking => new()
    {
        FollowDirectoryLinks = FollowDirectories == 2,
        FollowFileLinks = FollowFiles == 2,
        OneFileSystem = !_arguments.Switch("cross-fs"),
        Recursive = Recurses,
        MaximumDepth = (int)Math.Min(int.MaxValue, _arguments.Number("max-dir-recursion", 15)),
        Filter = Filter,
    };

    public ScanOptions Scanning => new()
    {
        AllMatches = AllMatches,
        DetectPotentiallyUnwanted = _arguments.Switch("detect-pua"),
        TakesPotentiallyUnwanted = UnwantedCategories,
        StructuredData = StructuredData,
        Links = !ComparesLinks ? null : new() { ReportsSsl = _arguments.Switch("alert-phishing-ssl"), ReportsCloaks = _arguments.Switch("alert-phishing-cloak") },
        // As in clamscan, both leave texts and pages as they are.
        MakeViews = _arguments.Switch("normalize") && _arguments.Switch("scan-html"),
        KeptClosed = KeptClosed,
        CheckCertificates = !_arguments.Switch("nocerts"),
        HashPictures = _arguments.Switch("scan-image") && _arguments.Switch("scan-image-fuzzy-hash"),
        DescribeObjects = WritesMetadata,
        Limits = ScanLimits.Default with
        {
            MaxTime = Milliseconds(_arguments.Number("max-scantime", 120_000)),
            MaxObjectBytes = Limit("max-filesize", 100L << 20),
            MaxProducedBytes = Limit("max-scansize", 400L << 20),
            MaxObjects = (int)Math.Min(int.MaxValue, Limit("max-files", 10_000)),
            MaxDepth = (int)Math.Clamp(_arguments.Number("max-recursion", 17), 1, 100),
            MaxNormalizedText = Limit("max-scriptnormalize", 20 << 20),
            MaxNormalizedPage = Limit("max-htmlnormalize", 40 << 20),
            MaxPageWithoutTags = Limit("max-htmlnotags", 8 << 20),
        },
    };

    /// <summary>Where the definitions come from. Without a choice: ClamAV's folder, and where that holds none, what is built in.</summary>
    public DefinitionSources Definitions
    {
        get
        {
            IReadOnlyList<string> chosen = [.. _arguments.Texts("database").SelectMany(FilesOf)];
            if (_arguments.Texts("database").Count == 0 && Directory.Exists(StandardFolder))
                chosen = DatabaseFolder.Files(StandardFolder, _arguments.Switch("official-db-only"));
            return new()
            {
                Paths = chosen,
                IncludeBuiltIn = _arguments.Texts("database").Count == 0 && chosen.Count == 0,
                IncludePotentiallyUnwanted = _arguments.Switch("detect-pua"),
                IncludeLinks = ComparesLinks,
                IncludePhishing = _arguments.Switch("phishing-sigs"),
            };
        }
    }

    /// <summary>The containers with a date that the definitions come from.</summary>
    public IEnumerable<string> DatedDatabases => Definitions.Paths.Where(path => Path.GetExtension(path) is ".cvd" or ".cld");

    private ImmutableHashSet<FileType> KeptClosed => [.. s_kinds.Where(kind => !_arguments.Switch($"scan-{kind.Option}")).SelectMany(kind => kind.Types)];

    private StructuredDataOptions? StructuredData => !_arguments.Switch("detect-structured") ? null : new()
    {
        CardCount = (int)Math.Min(int.MaxValue, _arguments.Number("structured-cc-count", 3)),
        WithStoreCards = _arguments.Number("structured-cc-mode", 0) == 0,
        PersonCount = (int)Math.Min(int.MaxValue, _arguments.Number("structured-ssn-count", 3)),
        WithHyphens = _arguments.Number("structured-ssn-format", 0) != 1,
        WithoutHyphens = _arguments.Number("structured-ssn-format", 0) != 0,
    };

    /// <summary>Chooses by the category in a name, <c>PUA.Category.Name</c>; a name of another form has none.</summary>
    private Func<string, bool>? UnwantedCategories
    {
        get
        {
            var (included, excluded) = (_arguments.Texts("include-pua"), _arguments.Texts("exclude-pua"));
            if (included.Count == 0 && excluded.Count == 0)
                return null;
            return name => name.Split('.') is ["PUA", var category, _, ..] && (included.Count == 0 || included.Contains(category)) && !excluded.Contains(category);
        }
    }

    private static TimeSpan Milliseconds(long time) => time == 0 ? TimeSpan.FromDays(365) : TimeSpan.FromMilliseconds(Math.Min(time, 1L << 40));

    private IReadOnlyList<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        var files = DatabaseFolder.Files(path, _arguments.Switch("official-db-only"));
        return files.Count > 0 ? files : throw new UsageException($"No supported database files found in {path}");
    }

    private long Limit(string name, long otherwise) => _arguments.Number(name, otherwise) is > 0 and var limit ? limit : long.MaxValue;

    private long Choice(string name) => _arguments.Number(name, 1) is >= 0 and <= 2 and var choice
        ? choice
        : throw new UsageException($"Incorrect argument format for option --{name}");

    /// <summary>As in clamscan, expressions for files see the real path, and those for folders the path as it is printed.</summary>
    private List<Predicate<FilePath>> Tests(string option, Func<FilePath, string> text) => [.. _arguments.Texts(option).Select(pattern =>
    {
        var expression = PosixExpression.Compile(option, pattern);
        return (Predicate<FilePath>)(path => expression.IsMatch(text(path)));
    })];
}
