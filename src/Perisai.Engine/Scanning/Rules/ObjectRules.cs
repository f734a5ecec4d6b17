using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>What is known of the rules of one segment in one object: matches, answers, facts. Reused; what an object touched is what is cleared.</summary>
internal sealed class ObjectRules(RuleView view)
{
    private readonly PartMatches?[] _parts = new PartMatches?[view.Parts.Length];
    private readonly List<uint> _touchedParts = [];
    private readonly RuleAnswer[] _answers = new RuleAnswer[view.Rules.Length];
    private readonly List<int> _answered = [];
    private readonly RuleAnswer[] _tests = new RuleAnswer[view.Tests.Length];
    private readonly bool[] _joined = new bool[view.Strings.Length];
    private readonly List<int> _joinedStrings = [];
    private readonly Stack<PartMatches> _free = new();
    private static readonly PartMatches _none = new();

    public RuleView View { get; } = view;

    /// <summary>Facts of modules that rules have asked for, by the number of the module.</summary>
    public RuleValue[] Modules { get; } = new RuleValue[view.Modules.Length];

    /// <summary>Whether the facts of a module were asked for.</summary>
    public bool[] ModulesLoaded { get; } = new bool[view.Modules.Length];

    /// <summary>Rules of which something matched, in any order.</summary>
    public HashSet<int> Touched { get; } = [];

    /// <summary>Strings of which more matched than are kept.</summary>
    public List<uint> FullParts { get; } = [];

    public void Clear()
    {
        foreach (var part in _touchedParts)
        {
            var matches = _parts[part]!;
            matches.Clear();
            _free.Push(matches);
            _parts[part] = null;
        }

        foreach (var rule in _answered)
            _answers[rule] = RuleAnswer.Unknown;
        foreach (var text in _joinedStrings)
            _joined[text] = false;
        _touchedParts.Clear();
        _answered.Clear();
        _joinedStrings.Clear();
        Array.Clear(_tests);
        Array.Clear(Modules);
        Array.Clear(ModulesLoaded);
        Touched.Clear();
        FullParts.Clear();
    }

    public void Add(uint part, long start, long end)
    {
        ref var matches = ref _parts[part];
        if (matches is null)
        {
            matches = _free.TryPop(out var free) ? free : new();
            _touchedParts.Add(part);
            Touched.Add((int)View.Strings[(int)View.Parts[(int)part].String].Rule);
        }

        matches.Add(start, end);
        if (matches.IsFull && !FullParts.Contains(part))
            FullParts.Add(part);
    }

    /// <summary>The matches of a string, by its number in the segment.</summary>
    public PartMatches Matches(int text)
    {
        ref readonly var record = ref View.Strings[text];
        if (_parts[record.FirstPart] is not { } first)
            return _none;
        if (!_joined[text])
        {
            _joined[text] = true;
            _joinedStrings.Add(text);
            var keepsLongest = record.Flags.HasFlag(RuleStringFlags.KeepsLongest);
            first.Settle(keepsLongest);
            Join(record, keepsLongest);
        }

        return first;
    }

    /// <summary>Whether a rule was looked at and holds, its namespace aside.</summary>
    public bool Holds(int rule) => _answers[rule] == RuleAnswer.Holds;

    public void SetAnswer(int rule, bool holds)
    {
        _answered.Add(rule);
        _answers[rule] = holds ? RuleAnswer.Holds : RuleAnswer.Fails;
    }

    public RuleAnswer TestAnswer(int test) => _tests[test];

    public void SetTestAnswer(int test, bool holds) => _tests[test] = holds ? RuleAnswer.Holds : RuleAnswer.Fails;

    private void Join(in RuleStringRecord text, bool keepsLongest)
    {
        for (var i = text.PartCount - 2; i >= 0; i--)
        {
            // What is missing in the middle leaves nothing of what stands before it.
            if (_parts[text.FirstPart + i] is not { } part)
                continue;
            var next = _parts[text.FirstPart + i + 1] ?? _none;
            part.Settle(keepsLongest);
            next.Settle(keepsLongest);
            ref readonly var link = ref View.Parts[(int)text.FirstPart + i + 1];
            part.Join(next, link.LinkMinimum, link.LinkMaximum == Matching.PieceRecord.Unbounded ? long.MaxValue : link.LinkMaximum);
        }
    }
}

/// <summary>What is known of a rule or a test in an object.</summary>
internal enum RuleAnswer : byte
{
    Unknown,
    Fails,
    Holds,
}
