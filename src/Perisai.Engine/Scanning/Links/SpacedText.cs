namespace Perisai.Engine.Scanning.Links;

/// <summary>
/// The displayed text as it was before white space was taken out of it, by which <c>see paypal.com</c> is told from <c>seepaypal.com</c>. Places are those of the
/// host without white space, counted from 1, in clamscan's way of counting.
/// </summary>
internal sealed class SpacedText(string text, int hostStart, int hostEnd)
{
    /// <summary>The character at a place of the host; a space where one stands behind it; zero behind the end.</summary>
    public char At(int place)
    {
        var left = place + hostStart;
        var at = 0;
        while (Character(at) != '\0' && !char.IsAsciiLetterOrDigit(Character(at)))
            at++;
        for (; Character(at) != '\0' && left > 0; left--)
        {
            while (Character(at) == ' ')
                at++;
            at++;
        }

        while (Character(at) == ' ')
            at++;
        return left > 0 && Character(at) == '\0' ? '\0' : Character(Math.Max(0, at - 1));
    }

    /// <summary>What stands there; the text ends with the host.</summary>
    private char Character(int at) => at < text.Length && at != hostEnd ? text[at] : '\0';
}
