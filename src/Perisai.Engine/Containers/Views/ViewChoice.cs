namespace Perisai.Engine.Containers.Views;

/// <summary>Chooses between the views of a page, that of a text, and none, by the first bytes, as clamscan does.</summary>
internal static class ViewChoice
{
    public static IContainerReader? For(ByteSource source)
    {
        var head = TextSample.HeadOf(source, stackalloc byte[TextSample.Length]);
        if (PageMarks.AreInHead(head, out var isWide))
            return isWide ? PageReader.Wide : PageReader.Instance;
        return TextSample.IsText(head) ? TextReader.Instance : null;
    }
}
