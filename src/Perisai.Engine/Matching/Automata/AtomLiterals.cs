using System.Collections.Immutable;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>From sequences of byte sets to literals: the sets of a gram are written out, one literal for each combination of their folded values.</summary>
internal static class AtomLiterals
{
    /// <summary>Literals of one place, by group: each is a gram (three of the long ones) in the tables.</summary>
    public static int Limit(GramGroup group) => group switch
    {
        GramGroup.Long => 32,
        GramGroup.Short => 32,
        GramGroup.Tiny => 96,
        _ => 256,
    };

    /// <summary>A path of characters of two bytes, the second zero.</summary>
    public static ByteSet[] Widen(ReadOnlySpan<ByteSet> path)
    {
        var wide = new ByteSet[path.Length * 2];
        for (var i = 0; i < path.Length; i++)
        {
            wide[2 * i] = path[i];
            wide[(2 * i) + 1] = ByteSet.Of(0);
        }

        return wide;
    }

    /// <summary>Adds a path's literals; false where they are too many.</summary>
    public static bool Add(ImmutableArray<BytesNode>.Builder literals, ReadOnlySpan<ByteSet> path, int run, GramGroup group)
    {
        var values = new byte[path.Length][];
        long combinations = 1;
        for (var i = 0; i < path.Length; i++)
        {
            values[i] = path[i].Folded().ToArray();
            if (i < run)
                combinations *= values[i].Length;
            if (combinations + literals.Count > Limit(group) || combinations == 0)
                return false;
        }

        for (var number = 0; number < combinations; number++)
        {
            var (bytes, masks, rest) = (new byte[path.Length], new byte[path.Length], number);
            for (var i = 0; i < path.Length; i++)
            {
                if (i >= run && values[i].Length != 1)
                    continue;
                bytes[i] = values[i][i < run ? rest % values[i].Length : 0];
                masks[i] = 0xDF;
                rest = i < run ? rest / values[i].Length : rest;
            }

            literals.Add(new(bytes, masks));
        }

        return true;
    }
}
