using System.Buffers;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.Mail;

internal sealed partial class MailWalk
{
    /// <summary>Where a delimiter is guessed, this much of the body is looked at.</summary>
    private const int GuessRange = 64 << 10;

    private void ReadMultipart(MailHeader header, long start, long end, int depth)
    {
        if (depth >= sink.Budget.Limits.MaxDepth)
        {
            sink.AddNotScanned(new Member("multipart") { DeclaredLength = end - start }, NotScannedReason.OverBudget, "Multiparts lie too deep in each other.");
            return;
        }

        var isDigest = IsType(header, "multipart/digest");
        var candidates = Boundaries.Find(header);
        var found = 0;
        foreach (var boundary in candidates)
        {
            var search = new DelimiterSearch(_reader, boundary, end);
            if (!search.TryFind(start, start, out var first))
                continue;
            if (found++ > 0)
            {
                AddFault(MailFaults.AmbiguousBoundary, start);
                if (++_readings > MostReadings)
                    break;
            }

            ChooseMainText(header, search, first, start, end);
            ReadParts(search, first, start, end, depth, isDigest);
        }

        if (found > 0)
        {
            if (IsType(header, "multipart/encrypted"))
                sink.AddNotScanned(new Member("encrypted"), NotScannedReason.Encrypted, "The parts hold an encrypted message.");
            return;
        }

        AddFault(candidates.Count == 0 ? MailFaults.MissingBoundary : MailFaults.BoundaryNotFound, start);
        if (GuessBoundary(start, end) is { } guess)
        {
            var search = new DelimiterSearch(_reader, guess, end);
            if (search.TryFind(start, start, out var first))
            {
                ReadParts(search, first, start, end, depth, isDigest);
                return;
            }
        }

        ReadEncodedMultipart(header, start, end);
        ReadLeaf(header, start, end, holdsLinks: false, isDigest: false);
    }

    private void ReadParts(DelimiterSearch search, Delimiter current, long start, long end, int depth, bool isDigest)
    {
        SearchText(start, current.ContentEnd);
        while (!sink.ShouldStop)
        {
            var hasNext = search.TryFind(current.Next, start, out var next);
            var partEnd = Math.Max(current.Next, hasNext ? next.ContentEnd : end);
            if (!current.IsClose)
            {
                ReadEntity(current.Next, partEnd, depth + 1, isDigest);
                if (!hasNext)
                    AddFault(MailFaults.MissingClose, end);
                else if (next.IsClose && search.IsCloseAmbiguous(current.Next, partEnd))
                    ReadPastClose(search, current.Next, start, end, depth, isDigest);
            }
            else
            {
                // What follows is no part for the standard, but one for some programs if another delimiter comes.
                SearchText(current.Next, partEnd);
                if (hasNext)
                    AddFault(MailFaults.PartsBehindClose, next.LineStart);
            }

            if (!hasNext)
                return;
            current = next;
        }
    }

    /// <summary>
    /// The other reading of a part that a close delimiter ends: a multipart in it has a boundary that makes the same line its delimiter, so
    /// that the part goes on for programs which ask the innermost multipart first.
    /// </summary>
    private void ReadPastClose(DelimiterSearch search, long partStart, long start, long end, int depth, bool isDigest)
    {
        AddFault(MailFaults.AmbiguousBoundary, partStart);
        if (++_readings > MostReadings)
            return;
        search.IgnoresClose = true;
        var partEnd = search.TryFind(partStart, start, out var next) ? next.ContentEnd : end;
        search.IgnoresClose = false;
        ReadEntity(partStart, Math.Max(partStart, partEnd), depth + 1, isDigest);
    }

    /// <summary>The boundary of the first line that begins as a delimiter and is followed by a field; null where there is none.</summary>
    private byte[]? GuessBoundary(long start, long end)
    {
        _reader.Position = start;
        if (!_reader.TryPeekSpan((int)Math.Min(Math.Min(GuessRange, end - start), _reader.Remaining), out var text))
            return null;
        while (!text.IsEmpty)
        {
            var length = text.IndexOf((byte)'\n');
            if (length < 0)
                return null;
            var line = text[..length].TrimEnd("\r \t"u8);
            text = text[(length + 1)..];
            if (line.Length < 4 || !line.StartsWith("--"u8) || line.Length > 1000)
                continue;
            var next = text.IndexOf((byte)'\n');
            if (next >= 0 && MailHeader.TryReadName(text[..next], out var name, out _) && name.Length > 8 && (name[0] | 0x20) == 'c')
                return line[2..].ToArray();
        }

        return null;
    }

    /// <summary>
    /// A multipart that is itself encoded, which the standard forbids and some programs decode: the decoded body is handed on as a mail
    /// that has the same content type.
    /// </summary>
    private void ReadEncodedMultipart(MailHeader header, long start, long end)
    {
        var encoding = TransferEncodings.None;
        foreach (var value in header.TransferEncodings)
            encoding |= TransferEncoding.Parse(value.Span);
        if ((encoding & (TransferEncodings.Base64 | TransferEncodings.QuotedPrintable)) == 0 || start >= end)
            return;
        var prefix = new ArrayBufferWriter<byte>();
        prefix.Write("MIME-Version: 1.0\r\n"u8);
        foreach (var type in header.ContentTypes)
        {
            prefix.Write("Content-Type: "u8);
            prefix.Write(type.Span);
            prefix.Write("\r\n"u8);
        }

        prefix.Write("\r\n"u8);
        using var input = new CodecInput(source, start, end - start, sink.Budget);
        using DecoderStream decoder = (encoding & TransferEncodings.Base64) != 0 ? new Base64Stream(input) : new QuotedPrintableStream(input);
        using var stream = new PrefixedStream(prefix.WrittenMemory, decoder);
        sink.AddStream(new Member($"multipart-{++_messages}.eml") { DeclaredType = FileType.Mail }, stream, end - start);
    }
}
