using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>
/// The obvious matcher: all places at which a pattern that begins at some place can end. Slow, and without preferences: it tells what is possible, not which of
/// several ends a program should report.
/// </summary>
/// <param name="input">The bytes.</param>
/// <param name="size">Bytes of a character: 2 where every second one must be zero.</param>
/// <param name="ignoreCase">Whether letters match both cases.</param>
/// <param name="dotAll">Whether a dot matches a newline.</param>
internal sealed class PatternReference(byte[] input, int size, bool ignoreCase, bool dotAll)
{
    private static readonly ConcurrentDictionary<string, bool[]> s_classes = [];

    /// <summary>The ends of matches from a start, in order.</summary>
    public IReadOnlyCollection<int> Ends(PatternNode root, int start)
    {
        var starts = new SortedSet<int> { start };
        if (root is not SequencePattern sequence)
            return Ends(root, starts);

        // What parts a string in two is counted in bytes, of any value.
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            starts = sequence.Items[i] is RepeatPattern { IsSeparator: true } jump && i > 0 && i + 1 < sequence.Items.Length
                ? new PatternReference(input, 1, false, true).Repeated(jump.Child, jump.Minimum, jump.Maximum, starts)
                : Ends(sequence.Items[i], starts);
        }

        return starts;
    }

    /// <summary>For a string with the modifiers that it has; of several forms the ends of all.</summary>
    public static SortedSet<int> Ends(StringDefinition one, byte[] input, int start)
    {
        var ends = new SortedSet<int>();
        var (root, flags) = one switch
        {
            HexDefinition hex => (hex.Root, "s"),
            RegexDefinition regex => (regex.Root, regex.Flags),
            _ => throw new InvalidOperationException("Texts have one end."),
        };
        foreach (var size in one.Has("wide") ? one.Has("ascii") ? (int[])[1, 2] : [2] : [1])
            ends.UnionWith(new PatternReference(input, size, one.Has("nocase") || flags.Contains('i', StringComparison.Ordinal), flags.Contains('s', StringComparison.Ordinal)).Ends(root, start));
        return ends;
    }

    private SortedSet<int> Ends(PatternNode node, SortedSet<int> starts)
    {
        switch (node)
        {
            case SequencePattern sequence:
                return sequence.Items.Aggregate(starts, (at, item) => Ends(item, at));
            case ChoicePattern choice:
                return [.. choice.Alternatives.SelectMany(one => Ends(one, starts))];
            case RepeatPattern repeat:
                return Repeated(repeat.Child, repeat.Minimum, repeat.Maximum, starts);
            case JumpPattern jump:
                return Repeated(new BytePattern(0, 0), jump.Minimum, jump.Maximum, starts);
            case AssertionPattern assertion:
                return [.. starts.Where(at => Holds(assertion.Text, at))];
            default:
                return [.. starts.Where(at => at + size <= input.Length && (size == 1 || input[at + 1] == 0) && Contains(node, input[at])).Select(at => at + size)];
        }
    }

    private SortedSet<int> Repeated(PatternNode child, int minimum, int? maximum, SortedSet<int> starts)
    {
        var all = new SortedSet<int>();
        var current = starts;
        for (var count = 0; current.Count > 0; count++)
        {
            var known = all.Count;
            if (count >= minimum)
                all.UnionWith(current);
            if (count == maximum || (count > minimum && all.Count == known))
                break;
            current = Ends(child, current);
        }

        return all;
    }

    private bool Contains(PatternNode node, byte value)
    {
        bool Is(byte one) => node switch
        {
            BytePattern pattern => ((one & pattern.Mask) == (pattern.Value & pattern.Mask)) != pattern.IsNegated,
            ClassPattern { Text: "." } => dotAll || one != (byte)'\n',
            ClassPattern pattern => s_classes.GetOrAdd(pattern.Text, MembersOf)[one],
            _ => throw new InvalidOperationException($"No byte of {node}."),
        };

        // A negation is of what both cases match.
        return ignoreCase && char.IsAsciiLetter((char)value) && node is not ClassPattern { Text: "." }
            ? node is ClassPattern { Text: ['[', '^', ..] } ? Is(value) && Is((byte)(value ^ 0x20)) : Is(value) || Is((byte)(value ^ 0x20))
            : Is(value);
    }

    private static bool[] MembersOf(string text)
    {
        var regex = new Regex($"^{text}$", RegexOptions.ECMAScript);
        return [.. Enumerable.Range(0, 256).Select(value => value != '\n' ? regex.IsMatch(((char)value).ToString()) : Regex.IsMatch("\n", $"^{text}\\z", RegexOptions.None))];
    }

    private bool Holds(string assertion, int at) => assertion switch
    {
        "^" => at == 0,
        "$" => at == input.Length,
        _ => (at < size || at + size > input.Length || IsWord(at - size) != IsWord(at)) == (assertion == "\\b"),
    };

    private bool IsWord(int at) => (char.IsAsciiLetterOrDigit((char)input[at]) || input[at] == '_') && (size == 1 || input[at + 1] == 0);
}
