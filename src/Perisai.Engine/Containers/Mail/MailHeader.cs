using System.Text;

namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// The header of a message or a part (RFC 5322, section 2.2): where it ends, and the values of the few fields that say what the body
/// is, unfolded. Nothing about it need be well-formed.
/// </summary>
internal sealed class MailHeader
{
    /// <summary>Bytes kept of one field: more than any program writes, and no more than a sender may make us keep.</summary>
    public const int LongestValue = 64 << 10;

    /// <summary>Fields of one name that are kept.</summary>
    private const int MostOccurrences = 4;

    /// <summary>Lines that are no field, after which what follows is a body whatever it is.</summary>
    private const int MostJunkLines = 100;

    private const int LongestName = 200;

    private List<byte>? _current;
    private List<ReadOnlyMemory<byte>>? _list;

    public List<ReadOnlyMemory<byte>> ContentTypes { get; } = [];

    public List<ReadOnlyMemory<byte>> TransferEncodings { get; } = [];

    public List<ReadOnlyMemory<byte>> Dispositions { get; } = [];

    /// <summary>Behind the empty line; the end where there is none.</summary>
    public long BodyStart { get; private set; }

    /// <summary>
    /// The first line that is no field; -1 where there is none. Programs differ: some take it for the body's beginning, others pass over it.
    /// </summary>
    public long JunkStart { get; private set; } = -1;

    /// <summary>Whether the header ends with an empty line.</summary>
    public bool IsComplete { get; private set; }

    public bool IsEmpty { get; private set; } = true;

    public static MailHeader Read(BoundedReader reader, long start, long end, Action<string, long, string> addFault)
    {
        var header = new MailHeader();
        header.ReadLines(reader, start, end, addFault);
        header.FinishField();
        return header;
    }

    /// <summary>The field's name where a line is one: printable characters, then perhaps blanks, then a colon.</summary>
    public static bool TryReadName(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var colon = line[..Math.Min(line.Length, LongestName)].IndexOf((byte)':');
        if (colon <= 0)
            return false;
        name = line[..colon].TrimEnd(" \t"u8);
        if (name.IsEmpty || name.IndexOfAnyInRange((byte)0, (byte)' ') >= 0 || name.Contains((byte)127))
            return false;
        value = line[(colon + 1)..];
        return true;
    }

    private void ReadLines(BoundedReader reader, long start, long end, Action<string, long, string> addFault)
    {
        var junkLines = 0;
        for (var position = start; position < end;)
        {
            if (!TryReadLine(reader, position, end, out var line, out var next, addFault))
                break;
            if (line.IsEmpty)
            {
                BodyStart = next;
                IsComplete = true;
                return;
            }

            if (line[0] is (byte)' ' or (byte)'\t' && position > start)
            {
                Append(line);
            }
            else if (TryReadName(line, out var name, out var value))
            {
                IsEmpty = false;
                BeginField(name, value, position, addFault);
            }
            else if (ContinuesField(line))
            {
                addFault(MailFaults.BrokenFolding, position, "");
                Append(line);
            }
            else
            {
                if (JunkStart < 0)
                    JunkStart = position;
                FinishField();
                if (++junkLines > MostJunkLines)
                {
                    BodyStart = JunkStart;
                    return;
                }
            }

            position = next;
        }

        BodyStart = end;
    }

    /// <summary>A line without its end; of a line longer than the reader's window, its beginning.</summary>
    private static bool TryReadLine(BoundedReader reader, long position, long end, out ReadOnlySpan<byte> line, out long next, Action<string, long, string> addFault)
    {
        reader.Position = position;
        line = reader.Peek(1024);
        if (line.Length > end - position)
            line = line[..(int)(end - position)];
        var length = line.IndexOf((byte)'\n');
        if (length < 0 && line.Length < end - position)
        {
            var found = reader.IndexOf("\n"u8, position, end);
            next = found < 0 ? end : found + 1;
            reader.TryPeekSpan((int)Math.Min(BoundedReader.WindowLength, next - position), out line);
            if (next - position > BoundedReader.WindowLength)
                addFault(MailFaults.HugeField, position, "");
            length = line.IndexOf((byte)'\n');
        }
        else
        {
            next = length < 0 ? end : position + length + 1;
        }

        if (length >= 0)
            line = line[..length];
        line = line.TrimEnd((byte)'\r');
        return next > position && !reader.AtEnd;
    }

    private void BeginField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, long position, Action<string, long, string> addFault)
    {
        FinishField();
        var list = ListOf(name);
        if (list is null)
            return;
        if (list.Count > 0)
            addFault(MailFaults.RepeatedField, position, Encoding.Latin1.GetString(name));
        // The last one counts for some programs, so that it takes the place of the last but one.
        if (list.Count == MostOccurrences)
            list.RemoveAt(MostOccurrences - 1);
        list.Add(default);
        _current = [];
        _list = list;
        Append(value);
    }

    private List<ReadOnlyMemory<byte>>? ListOf(ReadOnlySpan<byte> name)
    {
        if (name.Length < 12 || (name[0] | 0x20) != 'c')
            return null;
        if (Ascii.EqualsIgnoreCase(name, "content-type"))
            return ContentTypes;
        if (Ascii.EqualsIgnoreCase(name, "content-transfer-encoding"))
            return TransferEncodings;
        return Ascii.EqualsIgnoreCase(name, "content-disposition") ? Dispositions : null;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (_current is null)
            return;
        var room = LongestValue - _current.Count;
        _current.AddRange(text[..Math.Min(text.Length, room)]);
    }

    private void FinishField()
    {
        if (_current is not null)
            _list![^1] = _current.ToArray();
        _current = null;
    }

    /// <summary>Whether a line without a blank before it goes on with the field: the value breaks off, and a parameter follows.</summary>
    private bool ContinuesField(ReadOnlySpan<byte> line)
    {
        if (_current is null)
            return false;
        var value = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_current).TrimEnd(" \t"u8);
        var equals = line.IndexOf((byte)'=');
        return !value.IsEmpty && value[^1] == ';' && equals > 0 && !line[..equals].ContainsAny(" /+"u8);
    }
}
