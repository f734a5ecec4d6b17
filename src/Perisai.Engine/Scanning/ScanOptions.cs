using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>How objects are scanned. Immutable; shared by scanners.</summary>
public sealed record ScanOptions
{
    /// <summary>The defaults.</summary>
    public static ScanOptions Default { get; } = new();

    /// <summary>What one root may cost.</summary>
    public ScanLimits Limits { get; init; } = ScanLimits.Default;

    /// <summary>Whether a definition of something unwanted is to be reported.</summary>
    internal bool TakesUnwanted(string name) => DetectPotentiallyUnwanted && (TakesPotentiallyUnwanted is null || TakesPotentiallyUnwanted(name));

    /// <summary>Report every definition that matches an object, not only the first.</summary>
    public bool AllMatches { get; init; }

    /// <summary>Open containers.</summary>
    public bool OpenContainers { get; init; } = true;

    /// <summary>Types of containers that are not opened all the same: only their own bytes are looked at.</summary>
    public ImmutableHashSet<FileType> KeptClosed { get; init; } = [];

    /// <summary>
    /// Match texts and pages also as definitions expect them: without case, comments, tags. Definitions for texts and pages then see these views
    /// and not the bytes as they are.
    /// </summary>
    public bool MakeViews { get; init; } = true;

    /// <summary>Compare pictures with the perceptual hashes of definitions, where there are any.</summary>
    public bool HashPictures { get; init; } = true;

    /// <summary>
    /// Look at who signed programs, where definitions speak of certificates: they trust, so that nothing in the program is reported, or they block.
    /// </summary>
    public bool CheckCertificates { get; init; } = true;

    /// <summary>Report potentially unwanted programs.</summary>
    public bool DetectPotentiallyUnwanted { get; init; }

    /// <summary>
    /// Which of these, by their names, where not all; null for all. A program that is reported under another name is not passed over.
    /// </summary>
    public Func<string, bool>? TakesPotentiallyUnwanted { get; init; }

    /// <summary>Count numbers of persons and payment cards in texts and mails; null does not. Each text is read once more for it.</summary>
    public StructuredDataOptions? StructuredData { get; init; }

    /// <summary>Compare links in mails with where they lead; null does not.</summary>
    public LinkOptions? Links { get; init; } = new();

    /// <summary>Bytes kept before and after each match in <see cref="Detection.Excerpts"/>; 0 keeps none.</summary>
    public int ExcerptContext { get; init; }

    /// <summary>List every object with its digests in <see cref="ScanReport.Objects"/>. Each is read once more for it.</summary>
    public bool DescribeObjects { get; init; }

    /// <summary>Fill <see cref="Detection.Rule"/> for YARA rules: tags, meta information, every match with its bytes.</summary>
    public bool DescribeRules { get; init; }

    /// <summary>
    /// Where <see cref="DescribeRules"/> is set, describe of strings whose conditions only ask whether they match the first match alone.
    /// </summary>
    public bool FirstMatchOnly { get; init; }

    /// <summary>Fill <see cref="ScanReport.FailingRules"/>: rules of which strings match but whose conditions do not hold.</summary>
    public bool DescribeFailingRules { get; init; }

    /// <summary>
    /// Takes the facts of every module that YARA rules import, as text of one character a byte, before the rules of an object are evaluated. Called by
    /// the scanning thread.
    /// </summary>
    public Action<string>? ModuleFacts { get; init; }

    /// <summary>
    /// Values of the external variables of YARA rules: integers (long), floats, truth values, texts. Those that are missing have the value that the rules
    /// were compiled with.
    /// </summary>
    public ImmutableDictionary<string, object> Variables { get; init; } = ImmutableDictionary<string, object>.Empty;

    /// <summary>Data for modules of YARA, by the module's name: a report for cuckoo, for instance.</summary>
    public ImmutableDictionary<string, ReadOnlyMemory<byte>> ModuleData { get; init; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>What is wrong with data for a module; null where nothing is, and where there is no such module.</summary>
    public static string? FindModuleDataError(string module, ReadOnlyMemory<byte> data) => Modules.RuleModules.Find(module)?.FindDataError(data);

    /// <summary>
    /// Which data is missing that modules of the rules need (<see cref="ModuleData"/>), as a sentence; null where none is. A scan without it would be one in
    /// which those rules quietly never match.
    /// </summary>
    public string? FindMissingModuleData(DefinitionSet definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        var missing = definitions.Views.SelectMany(view => view.Rules?.Modules ?? []).Distinct()
            .Select(Modules.RuleModules.Find).FirstOrDefault(module => module?.NeedsData is not null && !ModuleData.ContainsKey(module.Name));
        return missing is null ? null : $"the module {missing.Name} needs {missing.NeedsData}";
    }

    /// <summary>Takes what YARA rules print with the console module; called by the scanning thread.</summary>
    public Action<string>? RuleOutput { get; init; }

    /// <summary>Passwords to try on encrypted members, as raw bytes.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Passwords { get; init; } = [];
}
