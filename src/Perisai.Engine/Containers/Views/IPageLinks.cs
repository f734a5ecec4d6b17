namespace Perisai.Engine.Containers.Views;

/// <summary>Takes what links of a page need, as it is read.</summary>
internal interface IPageLinks
{
    /// <summary>A byte of the page as it stands, of a tag's content or of white space before it.</summary>
    void AddText(byte value);

    /// <summary>A tag begins: what stood before it was content.</summary>
    void EndText();

    /// <summary>An argument of the tag, with its value.</summary>
    void AddArgument(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>The tag ends.</summary>
    /// <param name="tag">Its name in lower case, with the solidus of one that closes.</param>
    /// <param name="hadArguments">Whether something stood behind its name. Where not, white space behind it is no content.</param>
    void EndTag(ReadOnlySpan<byte> tag, bool hadArguments);
}
