using System.Collections.Immutable;
using Perisai.Engine.Definitions.Rules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>Turns a rule that holds into what is reported of it.</summary>
internal static class RuleDescriber
{
    /// <summary>Bytes of a match that are kept, as in YARA.</summary>
    private const int MaximumData = 512;

    /// <summary>Where the strings of a rule matched; the first some.</summary>
    public static ImmutableArray<MatchRange> Ranges(RuleView view, int rule, Func<int, PartMatches> matchesOf, int maximum)
    {
        ref readonly var record = ref view.Rules[rule];
        var ranges = ImmutableArray.CreateBuilder<MatchRange>();
        for (var i = 0; i < record.StringCount && ranges.Count < maximum; i++)
        {
            var text = (int)record.FirstString + i;
            if (view.Strings[text].Flags.HasFlag(RuleStringFlags.Private))
                continue;
            var matches = matchesOf(text);
            for (var k = 0; k < matches.Count && ranges.Count < maximum; k++)
                ranges.Add(new(i, matches.Start(k), matches.Length(k)));
        }

        return ranges.ToImmutable();
    }

    /// <summary>Everything, with the bytes of the matches.</summary>
    public static RuleMatch Describe(RuleView view, int rule, Func<int, PartMatches> matchesOf, ByteSource source, bool firstMatchOnly)
    {
        var record = view.Rules[rule];
        var (tags, meta) = view.DetailsOf(record);
        var strings = ImmutableArray.CreateBuilder<RuleStringMatch>();
        for (var i = 0; i < record.StringCount; i++)
        {
            var text = (int)record.FirstString + i;
            var found = view.Strings[text];
            if (found.Flags.HasFlag(RuleStringFlags.Private))
                continue;
            var identifier = view.Text(found.Identifier);
            var matches = matchesOf(text);
            var count = firstMatchOnly && found.Flags.HasFlag(RuleStringFlags.OnlyAskedWhether) ? Math.Min(1, matches.Count) : matches.Count;
            for (var k = 0; k < count; k++)
            {
                if (found.OnlyOffset >= 0 && matches.Start(k) != found.OnlyOffset)
                    continue;
                var data = Data(source, matches.Start(k), matches.Length(k));
                strings.Add(new(identifier, matches.Start(k), matches.Length(k), data)
                {
                    IsHex = found.Flags.HasFlag(RuleStringFlags.Hex),
                    XorKey = found.Flags.HasFlag(RuleStringFlags.Xor) && data.Length > 0 ? (byte)(data[0] ^ found.XorFirstByte) : (byte)0,
                });
            }
        }

        return new()
        {
            Namespace = view.Text(record.Namespace),
            Tags = tags,
            Meta = [.. meta.Select(item => KeyValuePair.Create(item.Name, item.Value))],
            Strings = strings.ToImmutable(),
        };
    }

    private static byte[] Data(ByteSource source, long offset, long length)
    {
        var data = new byte[Math.Min(length, MaximumData)];
        try
        {
            var count = source.Read(offset, data);
            return count < data.Length ? data[..count] : data;
        }
        catch (IOException)
        {
            // The match stands; its bytes cannot be had any more.
            return [];
        }
    }
}
