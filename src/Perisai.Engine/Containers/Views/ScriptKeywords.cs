using System.Collections.Frozen;
using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>Words that ClamAV's normaliser does not take for names: those of ECMAScript 3 (ECMA-262, 7.5), also those that it kept for later.</summary>
internal static class ScriptKeywords
{
    private const int Longest = 12;

    private static readonly FrozenSet<string> s_words = FrozenSet.ToFrozenSet(
        ("abstract boolean break byte case catch char class const continue debugger default delete do double else enum export extends false final finally float for "
        + "function goto if implements import in instanceof int interface long native new null package private protected public return short static super switch "
        + "synchronized this throw throws transient true try typeof var void volatile while with").Split(' '), StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_lookup = s_words.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 2 or > Longest)
            return false;
        Span<char> characters = stackalloc char[Longest];
        return s_lookup.Contains(characters[..Encoding.Latin1.GetChars(word, characters)]);
    }
}
