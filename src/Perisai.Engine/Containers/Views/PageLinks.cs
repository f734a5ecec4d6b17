using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Collects the links of a page as clamscan does: of an anchor its address and the bytes within it that are no tags; of a picture, a frame or an area in an anchor
/// the anchor's address and its own; of all of them in a form, where the form leads. An anchor in an anchor closes it.
/// </summary>
internal sealed class PageLinks : IPageLinks
{
    /// <summary>Links that are kept; a page with more is no letter.</summary>
    public const int MaximumLinks = 10_000;

    /// <summary>Bytes of a displayed text that are kept.</summary>
    private const int MaximumText = 1024;

    private readonly Dictionary<string, string> _arguments = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();
    private PageLink? _anchor;
    private string? _action;
    private bool _takesText;
    private bool _skipsSpace;
    private int _wide;

    public List<PageLink> Links { get; } = [];

    /// <summary>A value or a text as it is compared: up to a zero, and without quotes around it.</summary>
    public static string TextOf(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)0);
        value = end < 0 ? value : value[..end];
        if (value is [(byte)'"', ..])
            value = value.Length > 1 ? value[1..^1] : [];
        return Encoding.Latin1.GetString(value);
    }

    public void AddText(byte value)
    {
        if (!_takesText || _text.Length >= MaximumText)
            return;
        if (_skipsSpace && value is (byte)' ' or >= 9 and <= 13)
            return;
        _skipsSpace = false;
        AddWide(value);
    }

    public void EndText()
    {
        // What an unfinished character of more bytes left is lost.
        _takesText = false;
        _wide = 0;
    }

    public void AddArgument(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (IsOfLink(tag, name))
            _arguments.TryAdd(Encoding.Latin1.GetString(name), TextOf(value));
    }

    public void EndTag(ReadOnlySpan<byte> tag, bool hadArguments)
    {
        if (tag is [(byte)'/', ..])
            Close(tag, hadArguments);
        else if (!tag.SequenceEqual("script"u8))
            Open(tag, hadArguments);
        _arguments.Clear();
    }

    /// <summary>The page ends, and with it an anchor that was not closed.</summary>
    public void End() => EndAnchor();

    private static bool IsOfLink(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name) => tag switch
    {
        _ when tag.SequenceEqual("a"u8) => name.SequenceEqual("href"u8) || name.SequenceEqual("title"u8),
        _ when tag.SequenceEqual("form"u8) => name.SequenceEqual("action"u8),
        _ when tag.SequenceEqual("img"u8) => name.SequenceEqual("src"u8) || name.SequenceEqual("dynsrc"u8),
        _ when tag.SequenceEqual("iframe"u8) => name.SequenceEqual("src"u8),
        _ when tag.SequenceEqual("area"u8) => name.SequenceEqual("href"u8),
        _ => false,
    };

    private void Close(ReadOnlySpan<byte> tag, bool hadArguments)
    {
        if (tag.SequenceEqual("/a"u8))
            EndAnchor();
        else if (tag.SequenceEqual("/form"u8))
            _action = null;
        BeginText(hadArguments);
    }

    private void Open(ReadOnlySpan<byte> tag, bool hadArguments)
    {
        BeginText(hadArguments);
        if (tag.SequenceEqual("a"u8))
            OpenAnchor();
        else if (tag.SequenceEqual("form"u8))
            _action = _arguments.GetValueOrDefault("action") ?? _action;
        else if (tag.SequenceEqual("img"u8))
            AddWithin(LinkKind.Image, "src");
        else if (tag.SequenceEqual("iframe"u8))
            AddWithin(LinkKind.Frame, "src");
        else if (tag.SequenceEqual("area"u8))
            AddWithin(LinkKind.Frame, "href");
        if (tag.SequenceEqual("img"u8))
            AddWithin(LinkKind.Frame, "dynsrc");
    }

    private void OpenAnchor()
    {
        if (_arguments.GetValueOrDefault("href") is not { Length: > 0 } address)
            return;
        EndAnchor();
        if (_arguments.TryGetValue("title", out var title))
            Add(new(LinkKind.Title, address, title));
        if (_action is not null)
            Add(new(LinkKind.Form, _action, address));
        _anchor = new(LinkKind.Anchor, address, "");
        Add(_anchor);
        BeginText(hadArguments: true);
    }

    /// <summary>Something with an address of its own, which stands in an anchor or a form.</summary>
    private void AddWithin(LinkKind kind, string argument)
    {
        if (_arguments.GetValueOrDefault(argument) is not { Length: > 0 } address)
            return;
        Add(new(kind, _anchor?.Real ?? "", address));
        if (_action is not null)
            Add(new(LinkKind.Form, _action, address));
    }

    private void Add(PageLink link)
    {
        if (Links.Count < MaximumLinks)
            Links.Add(link);
    }

    private void BeginText(bool hadArguments)
    {
        if (_anchor is null || _takesText)
            return;
        _takesText = true;
        _skipsSpace = !hadArguments;
    }

    private void EndAnchor()
    {
        EndText();
        if (_anchor is null)
            return;
        var end = _text.ToString().IndexOf('\0', StringComparison.Ordinal);
        _anchor.Displayed = end < 0 ? _text.ToString() : _text.ToString(0, end);
        _anchor = null;
        _text.Clear();
    }

    /// <summary>Bytes above 127 wait for the next below; full stops of East Asian codes are written as ours.</summary>
    private void AddWide(byte value)
    {
        if (_wide != 0 && (value < 0x80 || _wide >= 0x10000))
        {
            if (_wide == 0xA1 && value is 0x43 or 0x44 or 0x4F)
            {
                _text.Append('.');
                _wide = 0;
                return;
            }

            if (_wide is 0xE38082 or 0xEFBC8E or 0xEFB992)
            {
                _text.Append('.');
            }
            else
            {
                for (var shift = 16; shift >= 0; shift -= 8)
                {
                    if (_wide >> shift != 0)
                        _text.Append((char)((_wide >> shift) & 0xFF));
                }
            }

            _wide = 0;
        }

        if (value >= 0x80)
            _wide = (_wide << 8) | value;
        else
            _text.Append((char)value);
    }
}
