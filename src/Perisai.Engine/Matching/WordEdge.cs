namespace Perisai.Engine.Matching;

/// <summary>
/// What YARA takes for the edge of a word: no letter or digit beside; of wide texts, none that is followed by a zero, whatever the text's
/// key of xor. At the object's edge there is nothing, and half a character is no letter.
/// </summary>
internal static unsafe class WordEdge
{
    public static bool Holds(byte* text, int length, int at, bool isBefore, bool isWide)
    {
        if (isWide)
        {
            var character = isBefore ? at - 2 : at;
            return character < 0 || character + 1 >= length || text[character + 1] != 0 || !char.IsAsciiLetterOrDigit((char)text[character]);
        }

        var index = isBefore ? at - 1 : at;
        return index < 0 || index >= length || !char.IsAsciiLetterOrDigit((char)text[index]);
    }
}
