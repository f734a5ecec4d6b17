using System.Text;
using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>Compares answers case by case, sorts out the known differences and makes failing cases small.</summary>
internal sealed class CaseComparison(PeerYara yara) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perisai-conformance-").FullName;
    private readonly SortedDictionary<string, int> _known = [];
    private int _matching;
    private int _failing;

    public int Compared { get; private set; }

    public List<string> Failures { get; } = [];

    public string Summary =>
        $"{Compared} cases compared, {_matching} with matches, {_failing} different; known differences: "
        + string.Join(", ", _known.Select(pair => $"{pair.Key} {pair.Value}")) + $"; {yara.Processes} processes of yara";

    public void Round(int seed, Func<GroupGenerator, int, RuleGroup> next, int groupCount, int inputCount, int samples)
    {
        var random = new Random(seed);
        var generator = new GroupGenerator(random);
        var groups = Enumerable.Range(0, groupCount).Select(number => next(generator, number)).ToList();
        var strings = groups.SelectMany(group => group.Strings).ToList();
        var inputGenerator = new InputGenerator(random);
        var inputs = Enumerable.Range(0, inputCount).Select(_ => inputGenerator.Next(strings, samples)).ToList();
        var theirs = yara.Run(groups, inputs, _folder);
        var ours = OurEngine.Run(groups, inputs, _folder);
        foreach (var group in groups)
        {
            var isShown = false;
            for (var input = 0; input < inputs.Count; input++)
            {
                Compared++;
                var (their, our) = (theirs.Get(group.Number, input), ours.Get(group.Number, input));
                _matching += their.Length > 0 && their != "refused" ? 1 : 0;
                if (their == our)
                    continue;
                if (Classify(group, inputs[input], their, our) is { } known && known != Shown)
                    _known[known] = _known.GetValueOrDefault(known) + 1;
                else if (Note(ref isShown))
                    Fail(seed, group, inputs[input], $"yara {their}, ours {our}");
                if (their == "refused" || our == "refused")
                    break;
            }
        }
    }

    /// <summary>A known difference to be shown as if it were not known.</summary>
    private static string? Shown => Environment.GetEnvironmentVariable("PERISAI_CONFORMANCE_SHOW");

    private static int Limit => int.TryParse(Environment.GetEnvironmentVariable("PERISAI_CONFORMANCE_FAILURES"), out var limit) ? limit : 5;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The known difference that a case shows; matches of private strings are looked at as if they were not.</summary>
    private string? Classify(RuleGroup group, byte[] input, string their, string our)
    {
        if (their != "refused" && our != "refused" && group.Strings.Any(one => one.Has("private")))
        {
            group = group with
            {
                Rules = [.. group.Rules.Select(rule => rule with { Strings = [.. rule.Strings.Select(one => one with { Modifiers = one.Modifiers.Remove("private") })] })],
            };
            (their, our) = (Ask(group, input), OurEngine.Run([group], [input], _folder).Get(group.Number, 0));
        }

        return KnownDifference.Of(group, input, their, our, Ask);
    }

    private string Ask(RuleGroup group, byte[] input) => yara.Run([group], [input], _folder).Get(group.Number, 0);

    /// <summary>Counts a failure; whether it is to be shown: of a group only the first one is, and of all the first some.</summary>
    private bool Note(ref bool isShown)
    {
        _failing++;
        if (isShown || Failures.Count >= Limit)
            return false;
        return isShown = true;
    }

    private void Fail(int seed, RuleGroup group, byte[] input, string answers)
    {
        var wasRefused = IsRefused(group);
        var (small, bytes) = new CaseShrinker((one, text) =>
        {
            if (!IsComparable(one))
                return false;
            var (their, our) = (Ask(one, text), OurEngine.Run([one], [text], _folder).Get(one.Number, 0));
            return their != our && (their == "refused" || our == "refused") == wasRefused && Classify(one, text, their, our) is var found && (found is null || found == Shown);
        }).Shrink(group, input);
        var theirs = yara.Run([small], [bytes], _folder);
        var ours = OurEngine.Run([small], [bytes], _folder);
        var text = new StringBuilder();
        text.Append("seed ").Append(seed).AppendLine().Append("  rule  ").AppendLine(small.Write(forPeer: false));
        if (small.Write(forPeer: true) != small.Write(forPeer: false))
            text.Append("  for yara  ").AppendLine(small.Write(forPeer: true));
        text.Append("  input ").Append(Convert.ToHexString(bytes)).Append("  ").AppendLine(Show(bytes));
        text.Append("  yara  ").AppendLine(theirs.Get(small.Number, 0) + theirs.Refused.GetValueOrDefault(small.Number));
        text.Append("  ours  ").AppendLine(ours.Get(small.Number, 0) + ours.Refused.GetValueOrDefault(small.Number));
        if (theirs.Get(small.Number, 0) == ours.Get(small.Number, 0))
            text.Append("  alone the same; beside the other rules of the seed ").AppendLine(answers);
        Failures.Add(text.ToString());
    }

    /// <summary>Whether a simpler case is one that would be generated: what yara before 4.3 does otherwise is not asked of it.</summary>
    private static bool IsComparable(RuleGroup group)
    {
        var text = group.Write(forPeer: true);
        return !text.Contains("for 0 ", StringComparison.Ordinal) && !text.Contains("for none ", StringComparison.Ordinal);
    }

    private bool IsRefused(RuleGroup group) =>
        yara.Run([group], [], _folder).Refused.Count > 0 || OurEngine.Run([group], [], _folder).Refused.Count > 0;

    private static string Show(byte[] input) =>
        string.Concat(input.Select(value => value is >= 0x20 and < 0x7F ? ((char)value).ToString() : $"\\x{value:x2}"));
}
