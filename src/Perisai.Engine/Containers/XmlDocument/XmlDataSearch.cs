using System.Buffers;
using System.Text;

namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>
/// Finds base64 in a document, window by window, without parsing it: the content of elements that are made for it, and of any other element or
/// <c>data:</c> address where it is long. Most documents hold none, and are passed over at the speed of memory.
/// </summary>
internal sealed class XmlDataSearch(BoundedReader reader)
{
    /// <summary>Shortest stretch outside the elements made for it: 66 bytes. Digests in hexadecimal or base64 are shorter, or all digits.</summary>
    private const int ShortestRun = 88;

    /// <summary>One block in each stride is looked at; a run of twice as much has one wholly in it.</summary>
    private const int Stride = 32;

    /// <summary>What is kept of one window in the next, so that a tag is seen whole with what follows it.</summary>
    private const int Overlap = XmlTag.MaximumLength + 512;

    /// <summary>Names are looked for in so much at a time, as those that are found are many or none.</summary>
    private const int ElementStep = 512;

    private const int LongestName = 16;

    private static readonly SearchValues<byte> _base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"u8);
    private static readonly SearchValues<byte> _base64OrSpace = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\t "u8);
    private static readonly SearchValues<byte> _notHex = SearchValues.Create("GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz+/"u8);
    private static readonly SearchValues<string> _names =
        SearchValues.Create(["bindata", "binarydata", "binary-data", "<binary", "chunk", "<data"], StringComparison.OrdinalIgnoreCase);

    private readonly char[] _characters = new char[ElementStep + LongestName];

    /// <summary>The next stretch at or after the reader's position, which is moved behind it. False: there is none.</summary>
    public bool TryNext(out XmlData data)
    {
        while (!reader.AtEnd && reader.Budget.CheckTime())
        {
            var window = reader.Peek(BoundedReader.WindowLength);
            if (window.IsEmpty)
                break;
            if (window.Length > BoundedReader.WindowLength)
                window = window[..BoundedReader.WindowLength];
            if (TryFind(window, out data))
                return true;
            reader.Position += window.Length == reader.Remaining ? window.Length : Math.Max(1, window.Length - Overlap);
        }

        data = default;
        return false;
    }

    private bool TryFind(ReadOnlySpan<byte> window, out XmlData data)
    {
        data = default;
        var from = 0;
        var nextElement = -1;
        var nextBlock = -1;
        while (from < window.Length)
        {
            if (nextElement < from)
                nextElement = NextElement(window, from);
            if (nextBlock < from)
                nextBlock = NextBlock(window, from);
            var at = Math.Min(nextElement, nextBlock);
            if (at >= window.Length)
                return false;
            if (at == nextElement ? TryElement(window, at, out data, out var end) : TryBlock(window, at, out data, out end))
            {
                reader.Position = data.End;
                return true;
            }

            from = Math.Max(at + 1, end);
        }

        return false;
    }

    /// <summary>Where the next name stands that an element for data may have; the window's length where none does.</summary>
    private int NextElement(ReadOnlySpan<byte> window, int from)
    {
        for (; from < window.Length; from += ElementStep)
        {
            var characters = _characters.AsSpan(0, Math.Min(window.Length - from, _characters.Length));
            Encoding.Latin1.GetChars(window.Slice(from, characters.Length), characters);
            var at = characters.IndexOfAny(_names);
            if (at >= 0)
                return from + at;
        }

        return window.Length;
    }

    private static int NextBlock(ReadOnlySpan<byte> window, int from)
    {
        for (var at = (from + Stride - 1) / Stride * Stride; at + Stride <= window.Length; at += Stride)
        {
            if (window.Slice(at, Stride).IndexOfAnyExcept(_base64) < 0)
                return at;
        }

        return window.Length;
    }

    private bool TryElement(ReadOnlySpan<byte> window, int at, out XmlData data, out int end)
    {
        data = default;
        end = at + 1;
        var first = Math.Max(0, at - 64);
        var open = window[first..(at + 1)].LastIndexOf((byte)'<');
        if (open < 0)
            return false;
        open += first;
        var length = window[open..Math.Min(window.Length, open + XmlTag.MaximumLength)].IndexOf((byte)'>');
        if (length < 2)
            return false;
        var tag = new XmlTag(window.Slice(open, length));
        end = open + length + 1;
        if (!tag.IsStart || !tag.HoldsBase64)
            return false;
        var start = end + ContentMark(window[end..]);
        var content = window[start..Math.Min(window.Length, start + 512)].TrimStart(" \t\r\n"u8);
        if (content is [(byte)'<', ..] || !tag.HoldsOnlyBase64 && !IsBase64(content[..Math.Min(content.Length, Stride)]))
            return false;
        var stop = EndFrom(start, (byte)'<');
        data = new(NameOf(tag), reader.Position + start, stop, tag.IsDeflated);
        return true;
    }

    private bool TryBlock(ReadOnlySpan<byte> window, int at, out XmlData data, out int end)
    {
        data = default;
        var first = window[..at].LastIndexOfAnyExcept(_base64) + 1;
        var length = window[first..].IndexOfAnyExcept(_base64);
        end = length < 0 ? window.Length : first + length;
        var run = window[first..end];
        // Digits alone are a digest or a number; a run that goes on behind the window is long.
        if (run.Length < ShortestRun && length >= 0 && !IsIndented(window, end) || run.IndexOfAny(_notHex) < 0 || first == 0)
            return false;
        // Indented lines are one stretch: what stands before is looked at behind white space.
        var before = window[..first].TrimEnd(" \t\r\n"u8);
        if (before.IsEmpty)
            return false;
        var mark = before[^1];
        if (mark == ',' && before.EndsWith("base64,"u8))
        {
            data = new("address", reader.Position + first, EndOfRun(first), false);
            return true;
        }

        if (mark is not ((byte)'>' or (byte)'['))
            return false;
        // The mark of literal text begins with a bracket, too.
        var open = before.LastIndexOf((byte)'<');
        if (mark == '[' && open > 0)
            open = before[..open].LastIndexOf((byte)'<');
        var isTag = open >= 0 && before.Length - open is > 2 and <= XmlTag.MaximumLength && before[open..].Contains((byte)'>');
        var name = isTag ? NameOf(new XmlTag(before[open..(open + before[open..].IndexOf((byte)'>'))])) : "data";
        data = new(name, reader.Position + first, EndFrom(first, (byte)'<'), false);
        return true;
    }

    /// <summary>Whether the line ended and the next one is indented.</summary>
    private static bool IsIndented(ReadOnlySpan<byte> window, int end) => window[end] is (byte)' ' or (byte)'\t' && window[end - 1] == '\n';

    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExcept(_base64);
        // Prose has words, and blanks between them.
        return length < 0 ? text.Length >= 4 : length >= 4 && (text[length] == '<' || length >= 16 || text[length - 1] == '\n');
    }

    private static string NameOf(XmlTag tag) => tag.LocalName is { Length: > 0 and <= 64 } name ? MemberName.Decode(name) : "data";

    /// <summary>The length of the mark of literal text, where it begins the content.</summary>
    private static int ContentMark(ReadOnlySpan<byte> content)
    {
        var space = content.Length - content.TrimStart(" \t\r\n"u8).Length;
        return content[space..].StartsWith("<![CDATA["u8) ? space + 9 : 0;
    }

    /// <summary>Where something else follows than base64 and white space.</summary>
    private long EndOfRun(int start)
    {
        var saved = reader.Position;
        for (reader.Position += start; !reader.AtEnd && reader.Budget.CheckTime();)
        {
            var window = reader.Peek(4096);
            var length = window.IndexOfAnyExcept(_base64OrSpace);
            reader.Position += length < 0 ? window.Length : length;
            if (length >= 0 || window.IsEmpty)
                break;
        }

        var end = reader.Position;
        reader.Position = saved;
        return end;
    }

    private long EndFrom(int start, byte last)
    {
        var end = reader.IndexOf([last], reader.Position + start);
        return end < 0 ? reader.Length : end;
    }
}
