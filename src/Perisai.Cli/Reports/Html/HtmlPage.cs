using System.Net;

namespace Perisai.Cli.Reports.Html;

/// <summary>Writes HTML. Text goes through <see cref="Text"/>, which makes any name harmless; only this program's own markup goes round it.</summary>
internal sealed class HtmlPage(TextWriter output)
{
    /// <summary>This program's own markup.</summary>
    public HtmlPage Markup(string markup)
    {
        output.Write(markup);
        return this;
    }

    /// <summary>Text from anywhere.</summary>
    public HtmlPage Text(string text)
    {
        output.Write(WebUtility.HtmlEncode(PrintableText.Of(text)));
        return this;
    }

    /// <summary>An element with nothing but text in it.</summary>
    public HtmlPage Element(string name, string text, string attributes = "")
    {
        Markup(attributes.Length > 0 ? $"<{name} {attributes}>" : $"<{name}>");
        return Text(text).Markup($"</{name}>\n");
    }
}
