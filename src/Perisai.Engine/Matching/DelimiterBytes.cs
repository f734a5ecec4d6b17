namespace Perisai.Engine.Matching;

/// <summary>Bytes that bound words in texts, markup and addresses, as ClamAV's <c>(B)</c> knows them.</summary>
internal static class DelimiterBytes
{
    /// <summary>Whether a word may begin after it.</summary>
    public static bool Opens(byte value) => value is (byte)'.' or (byte)'<' or (byte)'@' || IsBoth(value);

    /// <summary>Whether a word may end before it.</summary>
    public static bool Closes(byte value) => value is (byte)'\r' or (byte)'\n' or (byte)'"' or (byte)'\'' or (byte)'=' or (byte)'>' || IsBoth(value);

    /// <summary>Either.</summary>
    public static bool IsAny(byte value) => Opens(value) || Closes(value);

    private static bool IsBoth(byte value) => value is (byte)' ' or (byte)'-' or (byte)'/' or (byte)'_';
}
