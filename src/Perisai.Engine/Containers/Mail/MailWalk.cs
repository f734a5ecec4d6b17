namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// One pass over one message. Parts are ranges of the source: a multipart is searched for its delimiters, each part's header is read, and
/// what is no multipart is a member. Where mail programs read a message differently, each reading is handed on, within bounds.
/// </summary>
internal sealed partial class MailWalk(ByteSource source, IMemberSink sink)
{
    /// <summary>Second readings of multiparts in one message. Each may double the work below it, so that they are few.</summary>
    private const int MostReadings = 8;

    /// <summary>Where the first field may stand behind lines that do not belong there.</summary>
    private const int JunkRange = 8192;

    /// <summary>Faults of one message that are reported; a million of them say no more.</summary>
    private const int MostFaults = 64;

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private Action<string, long, string>? _addFault;
    private int _readings;
    private int _faults;
    private int _leaves;
    private int _messages;

    public void Run() => ReadEntity(FindStart(), source.Length, 0, isDigest: false);

    private void AddFault(string id, long offset) => AddFault(id, offset, "");

    private void AddFault(string id, long offset, string detail)
    {
        if (_faults++ < MostFaults)
            sink.AddFault(id, offset, detail);
    }

    /// <summary>Reads a message or a part: its header, then its body as whatever it is.</summary>
    private void ReadEntity(long start, long end, int depth, bool isDigest)
    {
        var header = MailHeader.Read(_reader, start, end, _addFault ??= AddFault);
        if (header.JunkStart >= 0)
            AddFault(MailFaults.JunkInHeader, header.JunkStart);
        var bodyStart = header.JunkStart >= 0 ? header.JunkStart : header.BodyStart;
        if (IsMultipart(header))
        {
            var outer = (_mainText, _hasMainTextOnly);
            ReadMultipart(header, bodyStart, end, depth);
            (_mainText, _hasMainTextOnly) = outer;
            return;
        }

        var holdsLinks = HoldsLinks(header, start, depth);
        ReadLeaf(header, header.BodyStart, end, holdsLinks, isDigest);
        if (header.JunkStart >= 0 && header.JunkStart < header.BodyStart)
            ReadLeaf(header, header.JunkStart, end, holdsLinks, isDigest);
    }

    private static bool IsMultipart(MailHeader header)
    {
        foreach (var type in header.ContentTypes)
        {
            if (new ContentField(type.Span).IsFamily("multipart/"))
                return true;
        }

        return false;
    }

    private static bool IsType(MailHeader header, string type)
    {
        foreach (var value in header.ContentTypes)
        {
            if (new ContentField(value.Span).IsType(type))
                return true;
        }

        return false;
    }

    /// <summary>The first field: behind empty lines, a quoted separator of a mailbox, or lines that are no field at all.</summary>
    private long FindStart()
    {
        long position = 0;
        var first = -1L;
        while (position < Math.Min(JunkRange, source.Length))
        {
            _reader.Position = position;
            var line = _reader.Peek(1024);
            var length = line.IndexOf((byte)'\n');
            line = (length < 0 ? line : line[..length]).TrimEnd((byte)'\r');
            var mark = position == 0 && line.StartsWith("\uFEFF"u8) ? 3 : 0;
            if (line.StartsWith("From "u8) || line.StartsWith(">From "u8) || line.IsEmpty)
            {
                // The next line begins the header.
            }
            else if (MailHeader.TryReadName(line[mark..], out var name, out _))
            {
                if (first < 0)
                    return position + mark;
                if (IsCommonField(name))
                {
                    AddFault(MailFaults.JunkInHeader, first);
                    return position;
                }
            }
            else if (first < 0)
            {
                first = position;
            }

            if (length < 0)
                break;
            position += length + 1;
        }

        return Math.Max(0, first);
    }

    private static bool IsCommonField(ReadOnlySpan<byte> name)
    {
        foreach (var common in (string[])["from", "received", "mime-version", "message-id", "content-type", "return-path", "delivered-to", "to", "subject", "date"])
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, common))
                return true;
        }

        return false;
    }
}
