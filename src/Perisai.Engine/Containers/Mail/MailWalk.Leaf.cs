using System.Text;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;
using Perisai.Engine.Containers.Uuencode;

namespace Perisai.Engine.Containers.Mail;

internal sealed partial class MailWalk
{
    /// <summary>Hands on a body that is no multipart, in every encoding in which a program may read it.</summary>
    private void ReadLeaf(MailHeader header, long start, long end, bool holdsLinks, bool isDigest)
    {
        if (start >= end || sink.ShouldStop)
            return;
        var isMessage = isDigest && header.ContentTypes.Count == 0
            || IsType(header, "message/rfc822") || IsType(header, "message/global") || IsType(header, "message/partial") || IsType(header, "message/news");
        var member = new Member(NameOf(header, isMessage)) { DeclaredType = isMessage ? FileType.Mail : FileType.Unknown };
        ReportHidden(header, member);

        var declared = DeclaredEncodings(header, start);
        var readings = isMessage && header.TransferEncodings.Count == 0 ? declared : declared | SuspectedEncodings(declared, start, end);
        if (readings != declared && (declared & (declared - 1)) == 0)
            AddFault(MailFaults.AmbiguousEncoding, start);
        var isFirst = true;
        foreach (var encoding in (ReadOnlySpan<TransferEncodings>)[
            TransferEncodings.Base64, TransferEncodings.QuotedPrintable, TransferEncodings.Uuencode, TransferEncodings.YEnc, TransferEncodings.Identity])
        {
            if ((readings & encoding) == 0 || sink.ShouldStop)
                continue;
            var reading = isFirst ? member : member with { Name = member.Name + SuffixOf(encoding) };
            isFirst = false;
            reading = reading with { HoldsLinks = holdsLinks && !isMessage && (declared & encoding) != 0 };
            ReadLeafAs(encoding, reading, start, end, isText: !isMessage && IsText(header));
        }
    }

    private void ReadLeafAs(TransferEncodings encoding, in Member member, long start, long end, bool isText)
    {
        switch (encoding)
        {
            case TransferEncodings.Base64:
                if (ReadBase64(member, start, end, isText, stopAtPadding: false))
                {
                    AddFault(MailFaults.DataBehindPadding, start);
                    ReadBase64(member with { Name = member.Name + ":to-padding" }, start, end, isText: false, stopAtPadding: true);
                }

                return;
            case TransferEncodings.QuotedPrintable:
                ReadQuotedPrintable(member, start, end, isText);
                return;
            case TransferEncodings.Uuencode:
                ReadUuencode(member, start, end);
                return;
            case TransferEncodings.YEnc:
                using (var input = new CodecInput(source, start, end - start, sink.Budget))
                {
                    if (new TextBlocks(input, sink).Run() == 0)
                        ReadIdentity(member, start, end);
                }

                return;
            default:
                ReadIdentity(member, start, end);
                return;
        }
    }

    private void ReadIdentity(in Member member, long start, long end)
    {
        if (!sink.AddSlice(member, source, start, end - start))
            return;
        // A mail is opened by its own reader, which looks for these itself.
        if (member.DeclaredType == FileType.Mail)
            return;
        SearchText(start, end, isMember: true);
        if (!sink.ShouldStop && _reader.IndexOf("\n>From "u8, start, end) >= 0)
        {
            using var input = new CodecInput(source, start, end - start, sink.Budget);
            using var stream = new UnquotedSeparatorStream(input);
            sink.AddStream(member with { Name = member.Name + ":unquoted" }, stream, end - start);
        }
    }

    /// <summary>True where data follows padding.</summary>
    private bool ReadBase64(in Member member, long start, long end, bool isText, bool stopAtPadding)
    {
        using var input = new CodecInput(source, start, end - start, sink.Budget);
        using var stream = new Base64Stream(input, stopAtPadding);
        if (isText)
            AddText(member, stream, start, end, second => new Base64Stream(second));
        else
            sink.AddStream(member, stream, end - start);
        if (stream.HasJunk)
            AddFault(MailFaults.JunkInBase64, start);
        return stream.HasDataBehindPadding;
    }

    private void ReadQuotedPrintable(in Member member, long start, long end, bool isText)
    {
        using var input = new CodecInput(source, start, end - start, sink.Budget);
        using var stream = new QuotedPrintableStream(input);
        if (isText)
            AddText(member, stream, start, end, second => new QuotedPrintableStream(second));
        else
            sink.AddStream(member, stream, end - start);
        if (stream.HasBadDigits)
            AddFault(MailFaults.BadQuotedPrintable, start);
    }

    /// <summary>Decodes text, looking while it passes for blocks of encoded data in it; where there may be some, it is decoded once more.</summary>
    private void AddText(in Member member, DecoderStream stream, long start, long end, Func<CodecInput, DecoderStream> open)
    {
        using var observed = new ObservedStream(stream);
        sink.AddStream(member, observed, end - start);
        if (!observed.HasMark || sink.ShouldStop || IsOpenedAsBlocks(observed.Type(sink.Budget)))
            return;
        using var input = new CodecInput(source, start, end - start, sink.Budget);
        using var decoder = open(input);
        using var text = new CodecInput(decoder, sink.Budget);
        new TextBlocks(text, sink).Run();
    }

    private void ReadUuencode(in Member member, long start, long end)
    {
        using var input = new CodecInput(source, start, end - start, sink.Budget);
        if (new TextBlocks(input, sink).Run() > 0)
            return;
        // Without its first line: the lines of data alone.
        using var lines = new CodecInput(source, start, end - start, sink.Budget);
        using var stream = new UuencodeStream(lines);
        sink.AddStream(member, stream, end - start);
    }

    private static bool IsOpenedAsBlocks(FileType type) => type is FileType.Uuencode or FileType.YEnc;

    private TransferEncodings DeclaredEncodings(MailHeader header, long start)
    {
        var declared = TransferEncodings.None;
        foreach (var value in header.TransferEncodings)
        {
            var encoding = TransferEncoding.Parse(value.Span);
            if (encoding == TransferEncodings.None)
                AddFault(MailFaults.UnknownEncoding, start, Encoding.Latin1.GetString(value.Span[..Math.Min(40, value.Length)]).Trim());
            declared |= encoding == TransferEncodings.None ? TransferEncodings.Identity : encoding;
        }

        return declared == TransferEncodings.None ? TransferEncodings.Identity : declared;
    }

    /// <summary>Encodings that a body looks like, against what its header says.</summary>
    private TransferEncodings SuspectedEncodings(TransferEncodings declared, long start, long end)
    {
        _reader.Position = start;
        var sample = _reader.Peek(TransferEncoding.SampleLength);
        sample = sample[..(int)Math.Min(Math.Min(sample.Length, TransferEncoding.SampleLength), end - start)];
        var suspected = TransferEncodings.None;
        if ((declared & TransferEncodings.Base64) == 0 && TransferEncoding.LooksLikeBase64(sample))
            suspected |= TransferEncodings.Base64;
        if (declared == TransferEncodings.Base64 && TransferEncoding.LooksLikeNoBase64(sample))
            suspected |= TransferEncodings.Identity;
        if ((declared & TransferEncodings.QuotedPrintable) == 0 && TransferEncoding.LooksLikeQuotedPrintable(sample))
            suspected |= TransferEncodings.QuotedPrintable;
        return suspected;
    }

    /// <summary>What lies in a part without being visible in its bytes.</summary>
    private void ReportHidden(MailHeader header, in Member member)
    {
        if (IsType(header, "message/partial"))
        {
            sink.AddNotScanned(member, NotScannedReason.MissingVolume, "A fragment of a message; the others are in other mails.");
        }
        else if (IsType(header, "application/pkcs7-mime") || IsType(header, "application/x-pkcs7-mime"))
        {
            var type = Encoding.Latin1.GetString(header.ContentTypes[0].Span);
            if (!type.Contains("signed-data", StringComparison.OrdinalIgnoreCase) && !type.Contains("certs-only", StringComparison.OrdinalIgnoreCase))
                sink.AddNotScanned(member, NotScannedReason.Encrypted, "S/MIME.");
            else if (!type.Contains("certs-only", StringComparison.OrdinalIgnoreCase))
                sink.AddNotScanned(member, NotScannedReason.Unsupported, "The message within an S/MIME signature is not taken out of it.");
        }
    }

    private static bool IsText(MailHeader header)
    {
        foreach (var type in header.ContentTypes)
        {
            if (new ContentField(type.Span).IsFamily("text/"))
                return true;
        }

        return header.ContentTypes.Count == 0;
    }

    private string NameOf(MailHeader header, bool isMessage)
    {
        if (MailName.Find(header) is { Length: > 0 } name)
            return name;
        if (isMessage)
            return $"message-{++_messages}.eml";
        _leaves++;
        if (header.ContentTypes.Count == 0 || IsType(header, "text/plain"))
            return $"part-{_leaves}.txt";
        return IsType(header, "text/html") ? $"part-{_leaves}.html" : $"part-{_leaves}";
    }

    private static string SuffixOf(TransferEncodings encoding) => encoding switch
    {
        TransferEncodings.Base64 => ":base64",
        TransferEncodings.QuotedPrintable => ":quoted-printable",
        TransferEncodings.Uuencode => ":uuencode",
        TransferEncodings.YEnc => ":yenc",
        _ => ":raw",
    };
}
