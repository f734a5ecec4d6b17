namespace Perisai.Engine.Matching;

/// <summary>
/// What YARA takes for the edge of a word: no letter or digit beside; of wide texts, none that is followed by a zero. Bytes beside are decoded with
/// the key of the text. At the object's edge there is nothing, and half a character is no letter.
/// </summary>
internal static unsafe class WordEdge
{
    public static bool Holds(byte* text, int length, int at, byte key, bool isBefore, bool isWide)
    {
        if (isWide)
        {
            var character = isBefore ? at - 2 : at;
            return character < 0 || character + 1 >= length || (text[character + 1] ^ key) != 0 || !IsLetterOrDigit(text[character], key);
        }

        var index = isBefore ? at - 1 : at;
        return index < 0 || index >= length || !IsLetterOrDigit(text[index], key);
    }

    private static bool IsLetterOrDigit(byte value, byte key) => char.IsAsciiLetterOrDigit((char)(byte)(value ^ key));
}
