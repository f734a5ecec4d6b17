using System.Collections.Immutable;
using Perisai.Cli.Commands;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Yara;

/// <summary>Compiles rules with the options that yara and yarac share, and says what is wrong with them in yara's form.</summary>
internal sealed class YaraCompilation(YaraArguments arguments)
{
    private const string StandardInput = "/dev/stdin";

    private readonly bool _hasWarnings = !arguments.Has("no-warnings");
    private readonly bool _failsOnWarnings = arguments.Has("fail-on-warnings");
    private readonly bool _isStrict = arguments.Has("strict-escape");
    private readonly int _maximumStrings = (int)Math.Clamp(arguments.Number("max-strings-per-rule", 65_535), 0, 65_535);

    public ImmutableDictionary<string, object> Variables { get; } = YaraDefinitions.Variables(arguments);

    /// <summary>A builder that holds the rules of the files; a file's name may stand behind a namespace and a colon.</summary>
    /// <exception cref="UsageException">A file cannot be opened.</exception>
    public DefinitionBuilder Read(IEnumerable<string> files)
    {
        var builder = new DefinitionBuilder
        {
            Variables = Variables,
            StrictEscapes = _isStrict,
            DeclareFileVariables = false,
            AllowModulesThatNeedData = true,
            MaximumStringsPerRule = _maximumStrings,
        };
        foreach (var file in files)
        {
            var colon = file.IndexOf(':');
            var (space, path) = colon < 0 ? ("default", file) : (file[..colon], file[(colon + 1)..]);
            try
            {
                var isStandardInput = path == "-";
                if (!isStandardInput && Directory.Exists(path))
                    throw new IOException("It is a folder.");
                // Only a file can be looked into before it is read.
                if (!isStandardInput && IsFile(path) && DefinitionSet.IsSegment(path))
                    throw new UsageException($"error: {path} holds compiled rules; they are read with -C.");
                builder.AddRules(isStandardInput ? StandardInput : path, space);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new UsageException($"error: could not open file: {path}");
            }
        }

        return builder;
    }

    /// <summary>Says what is wrong with the rules; false where they cannot be used.</summary>
    public bool Accepts(BuildReport report, YaraOutput output)
    {
        var fails = false;
        foreach (var diagnostic in report.Diagnostics)
        {
            if (!diagnostic.IsError && !_hasWarnings)
                continue;
            fails |= diagnostic.IsError || _failsOnWarnings;
            output.Error(Line(diagnostic));
        }

        if (report.DiagnosticsDropped > 0)
            output.Error($"{report.DiagnosticsDropped} more errors and warnings are not shown");
        // A rule without one of its strings would say less than it seems to.
        foreach (var lines in report.Unsupported)
            output.Error($"error: rule \"{lines.FirstName}\" in {lines.FirstAt}: {lines.Reason}");
        return !fails && report.Unsupported.IsEmpty;
    }

    private static bool IsFile(string path) =>
        LinuxFile.Status(null, NameEncoding.EncodeTerminated(path), followLink: true, out var status) == 0 && status.Kind == FileKind.File;

    private static string Line(Diagnostic diagnostic)
    {
        var kind = diagnostic.IsError ? "error" : "warning";
        var place = $"{(diagnostic.File == StandardInput ? "-" : diagnostic.File)}({diagnostic.Line})";
        return diagnostic.Rule is { } rule
            ? $"{kind}: rule \"{rule}\" in {place}: {diagnostic.Message}"
            : $"{place}: {kind}: {diagnostic.Message}";
    }
}
