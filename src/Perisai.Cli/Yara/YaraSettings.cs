using Perisai.Cli.Commands;
using Perisai.Cli.Walking;
using Perisai.Engine;

namespace Perisai.Cli.Yara;

/// <summary>What yara's arguments ask for.</summary>
internal sealed class YaraSettings
{
    /// <summary>Threads at most, as in yara.</summary>
    private const int MaximumThreads = 32;

    /// <summary>Where no timeout is given: more than eleven days.</summary>
    private const long DefaultTimeout = 1_000_000;

    /// <summary>A timeout that none was asked for.</summary>
    public static readonly TimeSpan NoTimeout = TimeSpan.FromSeconds(DefaultTimeout);

    public YaraSettings(YaraArguments arguments)
    {
        RuleFiles = arguments.Paths.Count > 0 ? arguments.Paths[..^1] : [];
        Target = arguments.Paths.LastOrDefault("");
        IsCompiled = arguments.Has("compiled-rules");
        Compilation = new(arguments);
        Tags = arguments.Texts("tag");
        Identifiers = arguments.Texts("identifier");
        Count = arguments.Has("count");
        Negate = arguments.Has("negate");
        HasWarnings = !arguments.Has("no-warnings");
        PrintsMeta = arguments.Has("print-meta");
        PrintsNamespace = arguments.Has("print-namespace");
        PrintsTags = arguments.Has("print-tags");
        PrintsStats = arguments.Has("print-stats");
        PrintsStrings = arguments.Has("print-strings");
        PrintsLengths = arguments.Has("print-string-length");
        PrintsRegions = arguments.Has("print-regions");
        PrintsXorKeys = arguments.Has("print-xor-key");
        PrintsModuleFacts = arguments.Has("print-module-data");
        PrintsConsole = !arguments.Has("disable-console-logs");
        IsScanList = arguments.Has("scan-list");
        MaximumRules = Math.Max(0, arguments.Number("max-rules", 0));
        var threads = arguments.Number("threads", Environment.ProcessorCount);
        if (threads > MaximumThreads)
            throw new UsageException($"maximum number of threads is {MaximumThreads}");
        Threads = (int)Math.Max(1, threads);
        Timeout = TimeSpan.FromSeconds(arguments.Number("timeout", DefaultTimeout) is > 0 and < DefaultTimeout and var seconds ? seconds : DefaultTimeout);
        var largest = arguments.Number("skip-larger", 0);
        SkipLarger = largest > 0 ? largest : long.MaxValue;
        var follows = !arguments.Has("no-follow-symlinks");
        Walking = new()
        {
            Recursive = arguments.Has("recursive"),
            FollowFileLinks = follows,
            FollowDirectoryLinks = follows,
            MaximumLength = SkipLarger,
        };
        Scanning = new()
        {
            AllMatches = true,
            OpenContainers = false,
            DescribeRules = true,
            DescribeFailingRules = Negate,
            FirstMatchOnly = arguments.Has("fast-scan"),
            Variables = Compilation.Variables,
            ModuleData = YaraDefinitions.ModuleData(arguments),
            Limits = new() { MaxTime = Timeout, MaxObjectBytes = long.MaxValue },
        };
    }

    public IReadOnlyList<string> RuleFiles { get; }

    /// <summary>A file, a directory, a list of these, or the number of a process.</summary>
    public string Target { get; }

    public bool IsCompiled { get; }

    public YaraCompilation Compilation { get; }

    /// <summary>Where there are some, only rules with one of these tags are printed.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>Where there are some, only rules of these names are printed.</summary>
    public IReadOnlyList<string> Identifiers { get; }

    public bool Count { get; }

    public bool Negate { get; }

    public bool HasWarnings { get; }

    public bool PrintsMeta { get; }

    public bool PrintsNamespace { get; }

    public bool PrintsTags { get; }

    public bool PrintsStats { get; }

    public bool PrintsStrings { get; }

    public bool PrintsLengths { get; }

    public bool PrintsXorKeys { get; }

    /// <summary>Of matches in a process, where they lie. YARA has no such option.</summary>
    public bool PrintsRegions { get; }

    public bool PrintsModuleFacts { get; }

    public bool PrintsConsole { get; }

    public bool IsScanList { get; }

    /// <summary>How many matching rules end a file; 0 for no limit.</summary>
    public long MaximumRules { get; }

    public int Threads { get; }

    /// <summary>For the whole run.</summary>
    public TimeSpan Timeout { get; }

    public long SkipLarger { get; }

    public WalkOptions Walking { get; }

    public ScanOptions Scanning { get; }
}
