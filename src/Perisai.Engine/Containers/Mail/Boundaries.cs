using System.Text;

namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// What the delimiter of a multipart may be. Programs disagree about sloppy parameters, so that each reading of each <c>boundary</c>
/// is a candidate; which of them are in the body decides.
/// </summary>
internal static class Boundaries
{
    /// <summary>Candidates that are looked for; each costs a search through the body.</summary>
    public const int MostCandidates = 8;

    /// <summary>RFC 2046 allows 70.</summary>
    private const int LongestBoundary = 1000;

    public static List<byte[]> Find(MailHeader header)
    {
        var found = new List<byte[]>();
        foreach (var type in header.ContentTypes)
        {
            var reader = new ContentField(type.Span);
            while (reader.MoveNext() && found.Count < MostCandidates)
            {
                if (!Ascii.EqualsIgnoreCase(reader.Current.Name, "boundary"))
                    continue;
                var value = reader.Current.Value;
                if (reader.Current.IsQuoted)
                {
                    Add(found, ContentField.Unescape(value));
                    Add(found, value);
                    continue;
                }

                var end = value.IndexOfAny(" \t"u8);
                Add(found, end < 0 ? value : value[..end]);
                Add(found, value);
                if (value is [(byte)'\'', .., (byte)'\''])
                    Add(found, value[1..^1]);
            }

            if (type.Span.IndexOf((byte)'*') >= 0 && MailName.FindExtended(type.Span, "boundary", out _) is { } extended)
                Add(found, extended);
        }

        return found;
    }

    private static void Add(List<byte[]> found, ReadOnlySpan<byte> boundary)
    {
        // Blanks at the end get lost in transport, and no program counts them.
        boundary = boundary.TrimEnd(" \t\r\n"u8);
        if (boundary.IsEmpty || boundary.Length > LongestBoundary || boundary.Contains((byte)'\n') || found.Count >= MostCandidates)
            return;
        foreach (var other in found)
        {
            if (boundary.SequenceEqual(other))
                return;
        }

        found.Add(boundary.ToArray());
    }
}
