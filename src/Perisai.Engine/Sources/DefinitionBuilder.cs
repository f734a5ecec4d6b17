using System.Collections.Immutable;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Sources;
using Perisai.Engine.Sources.ClamAvContainer;

namespace Perisai.Engine;

/// <summary>
/// Compiles definitions sources (ClamAV databases and their containers, hash lists, folders of these) into one segment.
/// </summary>
public sealed class DefinitionBuilder
{
    private readonly List<SourceFile> _files = [];
    private readonly Dictionary<string, string> _pathsByName = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>Accept a ClamAV container whose digital signature is missing or wrong. Off.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>
    /// A folder with the certificates (.pem, .crt) to which the detached signature of a ClamAV container (<c>name-version.cvd.sign</c> beside it) must
    /// lead; null where detached signatures are not looked at.
    /// </summary>
    public string? CertificatesFolder { get; init; }

    /// <summary>The keys that embedded signatures are checked with.</summary>
    internal CvdPublicKeys ContainerKeys { get; init; } = CvdPublicKeys.Official;

    /// <summary>Load the databases of potentially unwanted programs (*.?du). On; the scanner decides what it reports.</summary>
    public bool IncludePotentiallyUnwanted { get; init; } = true;

    /// <summary>Load the databases about links in mails (pdb, wdb, gdb). On.</summary>
    public bool IncludeLinks { get; init; } = true;

    /// <summary>Load definitions by bytes (ndb, ndu, sdb) whose names begin with <c>HTML.Phishing</c> or <c>Email.Phishing</c>. On.</summary>
    public bool IncludePhishing { get; init; } = true;

    /// <summary>Leave out compiled segments in folders, which the caller opens beside the new one; otherwise each is an error. Off.</summary>
    public bool PassOverSegments { get; init; }

    /// <summary>Add the definitions that come with the engine (the EICAR test file). Off.</summary>
    public bool IncludeBuiltIn { get; init; }

    /// <summary>Write nothing where a source has an error: what stands at the path stays, and the report says what is wrong. Off.</summary>
    public bool RefuseErrors { get; init; }

    /// <summary>
    /// External variables of YARA rules: a value tells the type (long, double, bool, string), and is what a scan finds there unless
    /// <see cref="ScanOptions.Variables"/> says otherwise.
    /// </summary>
    public ImmutableDictionary<string, object> Variables { get; init; } = ImmutableDictionary<string, object>.Empty;

    /// <summary>
    /// Declare the external variables that public YARA rules expect of a scanner: filename, filepath, extension and filetype, which the scan fills for each
    /// object. On.
    /// </summary>
    public bool DeclareFileVariables { get; init; } = true;

    /// <summary>
    /// Let YARA rules import modules that know nothing without data, such as cuckoo. Whoever scans with the result asks
    /// <see cref="ScanOptions.FindMissingModuleData"/> first. Off: such an import is an error.
    /// </summary>
    public bool AllowModulesThatNeedData { get; init; }

    /// <summary>Warn of unknown escapes in regular expressions of YARA rules (yara's -E). Off: they mean the character.</summary>
    public bool StrictEscapes { get; init; }

    /// <summary>Strings that one YARA rule may have, at most 65,535.</summary>
    public int MaximumStringsPerRule { get; init; } = 65_535;

    /// <summary>
    /// The time that the segment bears. The start of 1970 unless it is set, so that the same sources give the same bytes.
    /// </summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Adds a file or a folder with the folders in it (hidden files, and folders behind symbolic links, are left out). A file's kind is told by
    /// its extension, as ClamAV does; files of other extensions may be plain lists of digests.
    /// </summary>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void Add(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            // Said now, and not when everything else has been compiled.
            using (File.OpenHandle(path))
            {
            }

            AddFile(path, Path.GetFileName(path), wasNamed: true);
            return;
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden };
        var files = new List<string>(new System.IO.Enumeration.FileSystemEnumerable<string>(
            path, static (ref System.IO.Enumeration.FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = static (ref System.IO.Enumeration.FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref System.IO.Enumeration.FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        });
        // The order of a folder is the file system's; ours must not depend on it.
        files.Sort(StringComparer.Ordinal);
        var before = _files.Count;
        foreach (var file in files)
            AddFile(file, Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'), wasNamed: false);
        if (_files.Count == before)
        {
            _diagnostics.Add(new Diagnostic(SourceFaults.EmptyFolder, path, 1, 1, "The folder holds no files. Name one that holds definitions."));
        }
    }

    /// <summary>Adds a file of YARA rules, whatever its name, to a namespace: rules see those of their own namespace that come before them.</summary>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void AddRules(string path, string @namespace)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(@namespace);
        using (File.OpenHandle(path))
        {
        }

        _files.Add(new(Path.GetFullPath(path), path, true) { Namespace = @namespace });
    }

    /// <summary>Fill <see cref="BuildReport.RuleCosts"/>.</summary>
    public bool DescribeRuleCosts { get; init; }

    /// <summary>
    /// Compiles what was added and writes the segment to <paramref name="path"/> atomically: a temporary file beside it takes its place. One that a killed
    /// process left in that folder is removed.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public BuildReport Build(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (compiler, loader) = Load();
        using var writer = new SegmentWriter(path);
        var report = Report(compiler, loader, compiler.Write(writer, Created));
        if (!RefuseErrors || !report.HasErrors)
            writer.PutInPlace();
        return report;
    }

    /// <summary>
    /// Compiles what was added for immediate use: the segment is a temporary file without a name, which is gone when the set is disposed or the
    /// process ends.
    /// </summary>
    /// <param name="report">What was loaded.</param>
    /// <param name="before">Compiled segments that the set holds before the new one, which may thus retract what they hold.</param>
    /// <exception cref="IOException">The temporary file cannot be written, or a segment cannot be opened.</exception>
    /// <exception cref="SegmentException">A segment cannot be used.</exception>
    public DefinitionSet BuildTemporary(out BuildReport report, params IEnumerable<string> before)
    {
        var (compiler, loader) = Load();
        using var writer = SegmentWriter.CreateTemporary();
        report = Report(compiler, loader, compiler.Write(writer, Created));
        return DefinitionSet.Open(before, writer.TakeFile());
    }

    private void AddFile(string path, string name, bool wasNamed)
    {
        var full = Path.GetFullPath(path);
        // Two files of one name must be told apart in every detection: folders are put before it until they can be.
        for (var folder = Path.GetDirectoryName(full); _pathsByName.GetValueOrDefault(name, full) != full; folder = Path.GetDirectoryName(folder))
            name = $"{Path.GetFileName(folder)}/{name}";
        if (_pathsByName.TryAdd(name, full))
            _files.Add(new(full, name, wasNamed));
    }

    private (DefinitionCompiler Compiler, SourceLoader Loader) Load()
    {
        // Said also where no signature is met: a wrong name must not mean that none is checked.
        if (CertificatesFolder is not null && !Directory.Exists(CertificatesFolder))
            throw new DirectoryNotFoundException($"there is no folder of certificates '{CertificatesFolder}'.");
        var compiler = new DefinitionCompiler { Costs = DescribeRuleCosts ? new() : null };
        var options = new CvdOptions { AllowUnsigned = AllowUnsigned, CertificatesFolder = CertificatesFolder, Keys = ContainerKeys };
        var rules = new RuleOptions { Variables = Variables, StrictEscapes = StrictEscapes, AllowsModulesThatNeedData = AllowModulesThatNeedData, DeclaresFileVariables = DeclareFileVariables, MaximumStrings = MaximumStringsPerRule };
        var loader = new SourceLoader(compiler, new(IncludePotentiallyUnwanted, IncludeLinks, IncludePhishing), PassOverSegments, options, rules);
        loader.Load(_files, IncludeBuiltIn ? BuiltInDefinitions.Units() : []);
        return (compiler, loader);
    }

    private BuildReport Report(DefinitionCompiler compiler, SourceLoader loader, (string Sha256, long Length) written) => new()
    {
        Loaded = loader.Loaded.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Retracted = loader.Retracted,
        Unsupported = [.. compiler.Unsupported.OrderBy(lines => lines.Kind, StringComparer.Ordinal).ThenBy(lines => lines.Reason, StringComparer.Ordinal)],
        Diagnostics = [.. _diagnostics, .. compiler.Diagnostics],
        DiagnosticsDropped = compiler.DiagnosticsDropped,
        HasErrors = compiler.HasErrors || _diagnostics.Any(diagnostic => diagnostic.IsError),
        RuleCosts = [.. compiler.Costs?.Costs ?? []],
        Sha256 = written.Sha256,
        Length = written.Length,
    };
}
