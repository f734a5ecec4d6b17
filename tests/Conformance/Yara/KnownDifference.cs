using System.Globalization;
using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>
/// The differences that docs/yara.md names, each by what marks it there. A case shows one only where everything else of it agrees: each check says what both
/// answers must be, given the difference, and asks yara again or looks at the bytes for it.
/// </summary>
internal static class KnownDifference
{
    public const string EmptyMatches = "matches of no bytes";
    public const string WideBesideAscii = "wide matches beside ascii";
    public const string MayBeMissing = "what may be missing";
    public const string GivesUp = "gives up";
    public const string WhichEnd = "which of several ends";
    public const string TwoJumps = "two jumps";

    public static IReadOnlyList<string> All => [EmptyMatches, GivesUp, MayBeMissing, WideBesideAscii, WhichEnd, TwoJumps];

    /// <summary>The difference that a case shows; null where it shows none of them.</summary>
    public static string? Of(RuleGroup group, byte[] input, string theirs, string ours, Func<RuleGroup, byte[], string> ask)
    {
        if (group.Rules is not [{ Strings: [var text], Condition: { Format: "$a", Children.IsEmpty: true } }] || text is TextDefinition || theirs == "refused" || ours == "refused")
            return null;
        if (theirs.Contains("caused error: 46", StringComparison.Ordinal))
            return GivesUp;
        var (their, our) = (Matches(theirs), Matches(ours));
        return Empty(input, text, ref their, ref our)
            ?? Wide(group, input, text, their, our, ask) ?? Optional(group, input, text, their, our, ask) ?? Ends(input, text, their, our);
    }

    /// <summary>
    /// Before 4.3 matches of no bytes are not reported: of an expression that can match nothing, and of a part between wide jumps, without which there is
    /// no match of the whole. They are left out of what is compared further.
    /// </summary>
    private static string? Empty(byte[] input, StringDefinition text, ref Dictionary<long, long> their, ref Dictionary<long, long> our)
    {
        var hasEmptyPart = text is RegexDefinition { Root: SequencePattern sequence } && HasEmptyPart(sequence);
        var isEmpty = false;
        foreach (var (start, length) in our)
        {
            if (their.TryGetValue(start, out var theirLength) ? length == 0 && IsEnd(theirLength) : length == 0 || (hasEmptyPart && IsEnd(length)))
            {
                isEmpty = true;
                our = our.Where(pair => pair.Key != start).ToDictionary();
                their = their.Where(pair => pair.Key != start).ToDictionary();
            }

            bool IsEnd(long one) => PatternReference.Ends(text, input, (int)start).Contains((int)(start + one));
        }

        return isEmpty && Same(their, our) ? EmptyMatches : null;
    }

    /// <summary>Whether one of the parts between jumps that part a string in two can match nothing.</summary>
    private static bool HasEmptyPart(SequencePattern sequence)
    {
        var (length, parts) = (0, 0);
        foreach (var item in sequence.Items)
        {
            if (item is RepeatPattern { IsSeparator: true })
            {
                if (length == 0)
                    return true;
                length = 0;
                parts++;
            }
            else
            {
                length += item.MinimumLength;
            }
        }

        return parts > 0 && length == 0;
    }

    /// <summary>
    /// Where yara finds the ASCII form from some place on, it does not look for the wide form of which that place is a part. What it overlooks it finds
    /// without the ASCII form.
    /// </summary>
    private static string? Wide(
        RuleGroup group, byte[] input, StringDefinition text, Dictionary<long, long> their, Dictionary<long, long> our, Func<RuleGroup, byte[], string> ask)
    {
        if (!text.Has("wide") || !text.Has("ascii") || their.Any(pair => !our.TryGetValue(pair.Key, out var length) || length != pair.Value))
            return null;
        var alone = Matches(ask(group with { Rules = [group.Rules[0] with { Strings = [text with { Modifiers = text.Modifiers.Remove("ascii") }] }] }, input));
        return our.All(pair => their.ContainsKey(pair.Key) || (alone.TryGetValue(pair.Key, out var length) && length == pair.Value)) ? WideBesideAscii : null;
    }

    /// <summary>
    /// Yara may look for what stands before a question mark as if it had to be there, and overlooks what goes without. Of an alternative to nothing, which
    /// is the same, it knows better.
    /// </summary>
    private static string? Optional(
        RuleGroup group, byte[] input, StringDefinition text, Dictionary<long, long> their, Dictionary<long, long> our, Func<RuleGroup, byte[], string> ask)
    {
        if (text is not RegexDefinition regex || !regex.Root.All.Any(node => node is RepeatPattern { Minimum: 0, Maximum: 1 }))
            return null;
        var other = Matches(ask(group with { Rules = [group.Rules[0] with { Strings = [regex with { Root = regex.Root.WithoutOptions() }] }] }, input));
        return our.Count > their.Count && (Same(other, our) || Ends(input, text, other, our) is not null || Wide(group, input, text, other, our, ask) is not null) ? MayBeMissing : null;
    }

    /// <summary>Both ends are possible; where words are asked for, one end may be at a word's and the other not.</summary>
    private static string? Ends(byte[] input, StringDefinition text, Dictionary<long, long> their, Dictionary<long, long> our)
    {
        if (Same(their, our))
            return null;
        var name = text is HexDefinition hex && hex.Root.All.Count(node => node is JumpPattern jump && jump.Minimum != jump.Maximum) > 1 ? TwoJumps : WhichEnd;
        foreach (var start in their.Keys.Union(our.Keys))
        {
            if (their.TryGetValue(start, out var theirLength) & our.TryGetValue(start, out var ourLength) && theirLength == ourLength)
                continue;
            var ends = PatternReference.Ends(text, input, (int)start);
            var (known, missing) = (their.ContainsKey(start) && our.ContainsKey(start), our.ContainsKey(start) ? ourLength : theirLength);
            if (known
                ? !ends.Contains((int)(start + theirLength)) || !ends.Contains((int)(start + ourLength))
                : !ends.Contains((int)(start + missing)) || !(MayOverlook(text, name, our.ContainsKey(start)) && (ends.Count > 1 || name == TwoJumps)))
            {
                return null;
            }
        }

        return name;
    }

    private static bool MayOverlook(StringDefinition text, string name, bool isOurs) => text.Has("fullword") || (name == TwoJumps && isOurs);

    private static bool Same(Dictionary<long, long> left, Dictionary<long, long> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var length) && length == pair.Value);

    private static Dictionary<long, long> Matches(string answer) =>
        answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(part => part.Contains('@', StringComparison.Ordinal))
            .Select(part => part.Split('@', ':')).ToDictionary(part => Number(part[1]), part => Number(part[2]));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
