namespace Perisai.Engine.Containers.Views;

/// <summary>Where a link stands in a page.</summary>
internal enum LinkKind
{
    /// <summary>An anchor and its text.</summary>
    Anchor,

    /// <summary>An anchor and its title.</summary>
    Title,

    /// <summary>A picture in an anchor.</summary>
    Image,

    /// <summary>A frame, an area or a video in an anchor.</summary>
    Frame,

    /// <summary>Anything of these in a form.</summary>
    Form,
}

/// <summary>A link of a page: what is seen and where it leads, one character a byte; empty where there is none.</summary>
internal sealed class PageLink(LinkKind kind, string real, string displayed)
{
    public LinkKind Kind { get; } = kind;

    public string Real { get; } = real;

    /// <summary>Of an anchor, known when it is closed.</summary>
    public string Displayed { get; set; } = displayed;
}
