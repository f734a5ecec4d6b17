using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

/// <summary>Names that conditions of one namespace can use: modules that were imported, rules that stand before.</summary>
internal sealed class RuleScope(string name)
{
    private readonly Dictionary<string, int> _rules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wildcards = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public HashSet<string> Imports { get; } = new(StringComparer.Ordinal);

    /// <summary>Rules by name, with their numbers in the build.</summary>
    public IReadOnlyDictionary<string, int> Rules => _rules;

    public void Add(string rule, int number) => _rules.Add(rule, number);

    /// <summary>Rules whose names begin so, in order; from now on no more of them may come, since they would be missing.</summary>
    public int[] UseWildcard(string prefix)
    {
        _wildcards.Add(prefix);
        return [.. _rules.Where(rule => rule.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(rule => rule.Value).Order()];
    }

    /// <summary>A wildcard that was used and that a name matches; null where there is none.</summary>
    public string? WildcardOver(string rule) => _wildcards.FirstOrDefault(prefix => rule.StartsWith(prefix, StringComparison.Ordinal));
}

/// <summary>What all namespaces of a build share.</summary>
internal sealed class BuildScope
{
    /// <summary>External variables by name, with the kind of their value.</summary>
    public Dictionary<string, RuleValueKind> Externals { get; } = new(StringComparer.Ordinal);

    /// <summary>Numbers of external variables that are used.</summary>
    public RuleNames ExternalNames { get; } = new();

    /// <summary>Numbers of modules that are used.</summary>
    public RuleNames ModuleNames { get; } = new();

    /// <summary>For each rule of the build: whether it may hold without a match of its own strings.</summary>
    public List<bool> MayHoldWithoutMatch { get; } = [];
}

/// <summary>A mistake in the meaning of a rule.</summary>
internal sealed class YaraBindingException(string id, SourceSpan span, string message, string? suggestion = null) : Exception(message)
{
    public string Id { get; } = id;

    public SourceSpan Span { get; } = span;

    public string? Suggestion { get; } = suggestion;
}
