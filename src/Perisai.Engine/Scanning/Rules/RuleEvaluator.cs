using System.Collections.Immutable;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>
/// Keeps the matches of rules in one object and tells which rules hold. Looks at a rule only where one of its strings matched, where one that it
/// depends on was looked at, or where it can hold without a match and its tests do. One a thread, reused.
/// </summary>
internal sealed class RuleEvaluator
{
    private readonly ImmutableArray<(int Index, ObjectRules Rules)> _views;
    private readonly ObjectRules?[] _byIndex;
    private readonly RuleMachine _machine;
    private readonly SortedSet<int> _candidates = [];
    private readonly Stack<int> _toAdd = new();
    private readonly Action<string>? _moduleFacts;

    public RuleEvaluator(DefinitionSet definitions, ScanOptions options)
    {
        _byIndex = [.. definitions.Views.Select(view => view.Rules is { } rules ? new ObjectRules(rules) : null)];
        _views = [.. _byIndex.Select((rules, index) => (index, rules)).Where(pair => pair.rules is not null).Select(pair => (pair.index, pair.rules!))];
        _machine = new(options);
        foreach (var external in _views.SelectMany(pair => pair.Rules.View.Externals))
        {
            // Code was checked for the kinds that the rules were compiled with.
            if (options.Variables.TryGetValue(external.Name, out var value) && ExternalVariables.KindOf(value) != external.Kind)
                throw new ArgumentException($"The external variable {external.Name} is of another type in the rules.", nameof(options));
        }

        _moduleFacts = options.ModuleFacts;
    }

    /// <summary>Whether there are rules at all.</summary>
    public bool IsEmpty => _views.IsEmpty;

    /// <summary>Whether conditions could not be evaluated to their end: the budget ended.</summary>
    public bool WasCutShort => _machine.WasCutShort;

    /// <summary>Conditions and tests that were run; for tests.</summary>
    public long Runs => _machine.Runs;

    public void Begin(ObjectContext context)
    {
        foreach (var (_, rules) in _views)
            rules.Clear();
        _machine.Begin(context);
    }

    public void OnMatch(int view, uint part, long start, long end) => _byIndex[view]!.Add(part, start, end);

    /// <summary>Appends the rules that hold and are not private, in the order of segments and sources.</summary>
    public void Evaluate(List<(int View, int Rule)> results)
    {
        foreach (var (index, rules) in _views)
        {
            if (_moduleFacts is not null)
                DescribeModules(rules, _moduleFacts);
            FindCandidates(rules);
            // A rule names only rules before it, so each finds the answers that it needs. Rules that are no candidates do not hold.
            foreach (var rule in _candidates)
                _machine.Evaluate(rules, rule);
            foreach (var rule in _candidates)
            {
                if (Holds(index, rule) && !rules.View.Rules[rule].Flags.HasFlag(RuleFlags.Private))
                    results.Add((index, rule));
            }
        }
    }

    /// <summary>The matches of a string of a rule that was looked at.</summary>
    public PartMatches Matches(int view, int text) => _byIndex[view]!.Matches(text);

    /// <summary>Rules of which strings matched, that do not hold and are not private; once the object was evaluated.</summary>
    public IEnumerable<(int View, int Rule)> Failing() =>
        from pair in _views
        from rule in pair.Rules.Touched.Order()
        where !pair.Rules.View.Rules[rule].Flags.HasFlag(RuleFlags.Private) && !Holds(pair.Index, rule)
        select (pair.Index, rule);

    private bool Holds(int view, int rule) => _byIndex[view]!.Holds(rule) && NamespaceHolds(_byIndex[view]!, rule);

    /// <summary>Strings of which more matched than are kept: what is asked of them may be answered wrongly.</summary>
    public IEnumerable<Fault> Faults =>
        from pair in _views
        from part in pair.Rules.FullParts
        let text = pair.Rules.View.Strings[(int)pair.Rules.View.Parts[(int)part].String]
        let rule = pair.Rules.View.Text(pair.Rules.View.Rules[(int)text.Rule].Name)
        select new Fault(
            "yara.too-many-matches", -1, $"rule \"{rule}\": too many matches for {pair.Rules.View.Text(text.Identifier)}, results for this rule may be incorrect");

    private void DescribeModules(ObjectRules rules, Action<string> take)
    {
        for (var number = 0; number < rules.View.Modules.Length; number++)
        {
            if (_machine.FactsOf(rules, number) is (var module, var facts))
                take(ModuleFactsText.Of(module, facts));
        }
    }

    private void FindCandidates(ObjectRules rules)
    {
        _candidates.Clear();
        var view = rules.View;
        foreach (var (test, group) in view.MayHoldWithoutMatch)
        {
            if (test < 0 || _machine.TestHolds(rules, test))
                Add(view, group);
        }

        Add(view, rules.Touched);
    }

    /// <summary>Adds rules, those that name them, those that name these, and so on.</summary>
    private void Add(RuleView view, IEnumerable<int> rules)
    {
        foreach (var rule in rules)
            _toAdd.Push(rule);
        while (_toAdd.TryPop(out var rule))
        {
            if (!_candidates.Add(rule))
                continue;
            ref readonly var record = ref view.Rules[rule];
            for (var i = 0; i < record.DependentCount; i++)
                _toAdd.Push((int)view.Lists[(int)record.FirstDependent + i]);
        }
    }

    private static bool NamespaceHolds(ObjectRules rules, int rule)
    {
        var space = rules.View.Rules[rule].NamespaceNumber;
        foreach (var global in rules.View.Globals)
        {
            if (rules.View.Rules[global].NamespaceNumber == space && !rules.Holds(global))
                return false;
        }

        return true;
    }
}
