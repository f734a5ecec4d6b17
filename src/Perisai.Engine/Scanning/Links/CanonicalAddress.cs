using System.Text;

namespace Perisai.Engine.Scanning.Links;

/// <summary>
/// An address as its digests are made of: without scheme, user, and dots at its start, the host in lower case, <c>/./</c> and <c>/../</c> resolved, %-codes decoded and
/// what is not printable encoded. As clamscan does it, which follows the first version of Google's Safe Browsing and differs from it in places.
/// </summary>
internal static class CanonicalAddress
{
    private const int MaximumLength = 1024;

    /// <summary>Names of the host and parts of the path that are combined.</summary>
    private const int Components = 4;

    /// <summary>The texts whose digests are looked up, the most exact last; none where the address has no scheme.</summary>
    public static IEnumerable<string> FormsOf(string address)
    {
        if (Split(address) is not var (host, path))
            yield break;
        var hosts = HostsOf(host);
        var ends = PathEndsOf(path);
        for (var i = ends.Count - 1; i >= 0; i--)
        {
            foreach (var name in hosts)
                yield return name + "/" + path[..ends[i]];
        }
    }

    /// <summary>Host and path, without the solidus between them; null where there is no scheme.</summary>
    public static (string Host, string Path)? Split(string address)
    {
        address = address.Length > MaximumLength ? address[..MaximumLength] : address;
        var start = address.IndexOf(':', StringComparison.Ordinal) + 1;
        if (start == 0)
            return null;
        while (start < address.Length && address[start] == '/')
            start++;
        var rest = address[start..];
        var host = rest.AsSpan().IndexOfAny(":/?");
        var user = rest.AsSpan(0, host < 0 ? rest.Length : host).IndexOf('@');
        rest = LinkText.DecodePercent(rest[(user + 1)..], following: 0).TrimStart('/').TrimStart('.');
        rest = Encode(Resolve(rest.ToCharArray()));
        var end = rest.AsSpan().IndexOfAny(":/?");
        return end < 0 ? (rest.ToLowerInvariant(), "") : (rest[..end].ToLowerInvariant(), rest[(end + 1)..]);
    }

    /// <summary>Takes out <c>/./</c> and <c>/name/../</c>, in one pass.</summary>
    private static string Resolve(char[] text)
    {
        var length = text.Length;
        var last = Array.IndexOf(text, '/');
        for (var i = 0; i < length; i++)
        {
            if (i + 2 < length && text[i] == '/' && text[i + 1] == '.')
            {
                if (text[i + 2] == '/')
                {
                    text.AsSpan(Math.Min(i + 3, length)..length).CopyTo(text.AsSpan(i + 1));
                    length -= 2;
                }
                else if (text[i + 2] == '.' && last >= 0 && (i + 3 == length || text[i + 3] == '/'))
                {
                    text.AsSpan(Math.Min(i + 4, length)..length).CopyTo(text.AsSpan(last + 1));
                    length = Math.Max(last, length - 3 - (i - last));
                }
            }

            if (i < length && text[i] == '/')
                last = i;
        }

        return new(text, 0, length);
    }

    private static string Encode(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is <= ' ' or >= '\x7F' or '%' or '#')
                result.Append('%').Append(((int)character).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else
                result.Append(character);
        }

        return result.ToString();
    }

    /// <summary>The host's last two names, three and so on to five, and the whole of it.</summary>
    private static List<string> HostsOf(string host)
    {
        var hosts = new List<string>(Components + 1);
        var dot = host.LastIndexOf('.');
        while (dot > 0 && hosts.Count < Components)
        {
            dot = host.LastIndexOf('.', dot - 1);
            if (dot >= 0)
                hosts.Add(host[(dot + 1)..]);
        }

        hosts.Add(host);
        return hosts;
    }

    /// <summary>Where a path is cut: at its end, before its question mark, at once, behind its first directories.</summary>
    private static List<int> PathEndsOf(string path)
    {
        if (path.Length == 0)
            return [0];
        var ends = new List<int> { path.Length };
        var query = path.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
            ends.Add(query);
        ends.Add(0);
        while (ends.Count < Components + 2 && ends[^1] + 1 < path.Length && path.IndexOf('/', ends[^1] + 1) is >= 0 and var next)
            ends.Add(next + 1);
        return ends;
    }
}
