using System.Text;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.Calendar;

/// <summary>
/// Reads calendars and contacts: properties whose value is binary data in base64 (attachments, photos, sounds, keys), or a data address. A
/// property goes on in lines that begin with a blank; old contacts have lines without one, up to the next property.
/// </summary>
internal sealed class CalendarReader : IContainerReader
{
    public static readonly CalendarReader Calendar = new("calendar", "END:VCALENDAR", new(
        "iCalendar (ics)", "attachments in base64, and in data addresses", "RFC 5545"));

    public static readonly CalendarReader Contacts = new("vcard", "END:VCARD", new(
        "vCard (vcf)", "photos, sounds, logos and keys in base64, and in data addresses", "RFC 2426, RFC 6350, vCard 2.1"));

    public const string Truncated = ".truncated";

    /// <summary>The longest name of a property with its parameters.</summary>
    private const int LongestName = 4096;

    private readonly byte[] _end;

    private CalendarReader(string name, string end, FormatDescription description)
    {
        Name = name;
        _end = Encoding.ASCII.GetBytes(end);
        Description = description;
    }

    public string Name { get; }

    public FormatDescription Description { get; }

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var hasEnded = false;
        for (long at = 0; at < source.Length && !sink.ShouldStop;)
        {
            reader.Position = at;
            var line = reader.Peek(LongestName);
            line = line[..Math.Min(line.Length, LongestName)];
            hasEnded = line.Length >= _end.Length && Ascii.EqualsIgnoreCase(line[.._end.Length], _end) || hasEnded && line.TrimStart("\r\n \t\0"u8).IsEmpty;
            var property = ReadName(line, out var length);
            var start = at + length;
            var data = DataStart(reader, property, start);
            at = EndOf(reader, start, isBinary: data >= 0);
            if (data >= 0 && data < at)
                Add(source, sink, property, data, at - data);
        }

        if (!hasEnded)
            sink.AddLoss(Name + Truncated, source.Length);
    }

    /// <summary>What stands before the colon, unfolded; empty where the line has none.</summary>
    private static string ReadName(ReadOnlySpan<byte> line, out int length)
    {
        var name = new StringBuilder();
        var isQuoted = false;
        for (length = 0; length < line.Length; length++)
        {
            var value = line[length];
            if (value == '"')
                isQuoted = !isQuoted;
            if (value == ':' && !isQuoted)
            {
                length++;
                return name.ToString();
            }

            if (value == '\n')
            {
                if (length + 1 >= line.Length || line[length + 1] is not ((byte)' ' or (byte)'\t'))
                    break;
                length++;
                isQuoted = false;
            }
            else if (value != '\r')
            {
                name.Append((char)value);
            }
        }

        return "";
    }

    /// <summary>Where base64 begins; -1 where the value is something else.</summary>
    private static long DataStart(BoundedReader reader, string property, long start)
    {
        if (property.Contains("ENCODING=B", StringComparison.OrdinalIgnoreCase) || property.Contains(";BASE64", StringComparison.OrdinalIgnoreCase))
            return start;
        reader.Position = start;
        var value = reader.Peek(256);
        value = value[..Math.Min(value.Length, 256)];
        if (property.Length == 0 || value.Length < 5 || !Ascii.EqualsIgnoreCase(value[..5], "data:"u8))
            return -1;
        var mark = value.IndexOf(";base64,"u8);
        return mark < 0 ? -1 : start + mark + 8;
    }

    /// <summary>Where the next property begins.</summary>
    private static long EndOf(BoundedReader reader, long at, bool isBinary)
    {
        while ((at = reader.IndexOf("\n"u8, at)) >= 0)
        {
            at++;
            reader.Position = at;
            var next = reader.Peek(256);
            next = next[..Math.Min(next.Length, 256)];
            if (next.IsEmpty || next[0] is (byte)' ' or (byte)'\t')
                continue;
            // Data of old contacts that is not indented: a line without a colon.
            var end = next.IndexOf((byte)'\n');
            var line = (end < 0 ? next : next[..end]).TrimEnd((byte)'\r');
            if (!isBinary || line.IsEmpty || line.Contains((byte)':'))
                return at;
        }

        return reader.Length;
    }

    private static void Add(ByteSource source, IMemberSink sink, string property, long start, long length)
    {
        var name = property.Split(';')[0].ToLowerInvariant();
        foreach (var parameter in property.Split(';'))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && parameter[..equals].EndsWith("FILENAME", StringComparison.OrdinalIgnoreCase))
                name = parameter[(equals + 1)..].Trim('"');
        }

        using var input = new CodecInput(source, start, length, sink.Budget);
        using var content = new Base64Stream(input);
        sink.AddStream(new Member(name), content, length);
    }
}
