using System.Text;

namespace Perisai.Engine.Tests.Containers.Mail;

/// <summary>Writes well-formed mails of random shape, in the many ways in which programs write them.</summary>
internal sealed class RandomMail(int seed)
{
    private readonly Random _random = new(seed);
    private readonly MemoryStream _bytes = new();
    private string _newLine = "\r\n";
    private int _boundaries;

    public byte[] Make()
    {
        _newLine = _random.Next(3) == 0 ? "\n" : "\r\n";
        WriteFields("From: a@example.org", "To: b@example.org", $"Subject: {Words(5)}", "Message-ID: <1@example.org>", "MIME-Version: 1.0");
        WriteEntity(0, []);
        return _bytes.ToArray();
    }

    private void WriteEntity(int depth, List<string> outer)
    {
        switch (_random.Next(depth == 0 ? 3 : 10))
        {
            case 0 or 1 when depth < 6:
                WriteMultipart(depth, outer);
                break;
            case 2 when depth is > 0 and < 6:
                Write("Content-Type: message/rfc822", "", "Return-Path: <c@example.org>", "From: c@example.org");
                WriteEntity(depth + 1, outer);
                break;
            default:
                WriteLeaf();
                break;
        }
    }

    private void WriteMultipart(int depth, List<string> outer)
    {
        var boundary = $"{Pick("=_", "", "----", "NextPart_", "a'()+_,-./:=?")}{seed}_{_boundaries++}";
        // Two hyphens behind the outer one would make its last line of the inner one's lines: a case of its own.
        if (outer.Count > 0 && outer[^1][^1] != '-' && _random.Next(4) == 0)
            boundary = _random.Next(3) == 0 ? outer[^1] : outer[^1] + Pick("x", "-", "_alternative", ".");
        var isToken = boundary.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '.');
        var value = isToken && _random.Next(2) == 0 ? boundary : $"\"{boundary}\"";
        var type = Pick("mixed", "alternative", "related", "MIXED", "x-unknown", "report; report-type=delivery-status", "signed");
        WriteFields(Pick(
            $"Content-Type: multipart/{type}; boundary={value}",
            $"content-type:multipart/{type};{_newLine}\tboundary={value}",
            $"CONTENT-TYPE: multipart/{type};{_newLine}  charset=utf-8;{_newLine} Boundary={value}"));
        Write("");
        if (_random.Next(2) == 0)
            Write(Words(4));
        var parts = _random.Next(5);
        var inner = new List<string>(outer) { boundary };
        for (var part = 0; part < parts; part++)
        {
            Write($"--{boundary}{Pick("", "", "", "  ", "\t")}");
            WriteEntity(depth + 1, inner);
            // The line end that belongs to the delimiter.
            Write("");
        }

        Write($"--{boundary}--");
        if (_random.Next(3) == 0)
            Write(Words(3));
    }

    private void WriteLeaf()
    {
        var isText = _random.Next(2) == 0;
        var content = isText ? TextContent() : NoiseContent();
        var type = isText ? Pick("text/plain", "text/html; charset=utf-8", "TEXT/x-unknown", "application/json") : Pick("application/octet-stream", "image/png", "application/x-unknown");
        var encoding = isText ? Pick("7bit", "", "base64", "quoted-printable", "8bit", "BASE64 ", "Quoted-Printable") : Pick("base64", "quoted-printable", "base64", "base64");
        if (_random.Next(2) == 0)
            WriteName(type);
        else
            WriteFields($"Content-Type: {type}");
        if (encoding.Length > 0)
            WriteFields($"Content-Transfer-Encoding: {encoding}");
        Write("");
        switch (encoding.Trim().ToLowerInvariant())
        {
            case "base64":
                WriteBase64(content);
                break;
            case "quoted-printable":
                WriteQuotedPrintable(content);
                break;
            default:
                _bytes.Write(content);
                break;
        }
    }

    private void WriteName(string type)
    {
        var name = Pick("a.exe", "a file.bin", "grün.txt", "ein sehr langer name für eine datei, der nicht in eine zeile passt und darum geteilt wird.pdf", "日本.zip");
        var isAscii = name.All(char.IsAscii);
        var utf8 = Encoding.UTF8.GetBytes(name);
        var percent = string.Concat(utf8.Select(b => char.IsAsciiLetterOrDigit((char)b) || b == '.' ? $"{(char)b}" : $"%{b:X2}"));
        var parameter = _random.Next(4) switch
        {
            0 => $"=\"=?utf-8?B?{Convert.ToBase64String(utf8)}?=\"",
            1 => $"*=utf-8''{percent}",
            2 when isAscii => $"=\"{name}\"",
            2 => $"=\"=?UTF-8?Q?{percent.Replace('%', '=')}?=\"",
            _ => Continue(percent),
        };
        if (_random.Next(2) == 0)
            WriteFields($"Content-Type: {type}", $"Content-Disposition: attachment;{_newLine}\t{WithKey("filename", parameter)}");
        else
            WriteFields($"Content-Type: {type};{_newLine} {WithKey("name", parameter)}");
    }

    private static string WithKey(string key, string parameter) => string.Join(key, parameter.Split('\u0001')) is var joined && parameter.Contains('\u0001') ? joined : key + parameter;

    private string Continue(string percent)
    {
        var pieces = new List<string>();
        for (var at = 0; at < percent.Length;)
        {
            var length = Math.Min(percent.Length - at, 20);
            // An escape is not cut.
            while (at + length < percent.Length && (percent[at + length - 1] == '%' || percent[at + length - 2] == '%'))
                length++;
            pieces.Add(percent.Substring(at, length));
            at += length;
        }

        return string.Join($";{_newLine} ", pieces.Select((piece, index) => $"\u0001*{index}*={(index == 0 ? "utf-8''" : "")}{piece}"));
    }

    private void WriteBase64(byte[] content)
    {
        var text = Convert.ToBase64String(content);
        var width = Pick(76, 72, 60, 4, 77, 200);
        for (var at = 0; at < text.Length; at += width)
            Write(text.Substring(at, Math.Min(width, text.Length - at)));
    }

    private void WriteQuotedPrintable(byte[] content)
    {
        var line = new StringBuilder();
        foreach (var value in content)
        {
            var escape = value is < 32 or > 126 or (byte)'=' || value == 32 && _random.Next(3) == 0 || _random.Next(100) == 0;
            line.Append(escape ? value.ToString(_random.Next(4) == 0 ? "x2" : "X2").Insert(0, "=") : (char)value);
            if (line.Length > 70)
            {
                Write(line + "=");
                line.Clear();
            }
        }

        if (line.Length > 0)
            _bytes.Write(Encoding.ASCII.GetBytes(line.ToString()));
    }

    private byte[] TextContent()
    {
        var text = new StringBuilder();
        for (var lines = _random.Next(20); lines > 0; lines--)
            text.Append(Words(_random.Next(1, 12))).Append('.').Append(_newLine);
        return Encoding.UTF8.GetBytes(text.Append("end of text.").ToString());
    }

    private byte[] NoiseContent()
    {
        var noise = new byte[_random.Next(4) == 0 ? _random.Next(200_000) : _random.Next(1, 3000)];
        _random.NextBytes(noise);
        return noise;
    }

    private string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Pick("one", "two", "-", "--", "grün", "begins", "From", "a=b", "x:y", "(c)")));

    private T Pick<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    private void WriteFields(params string[] fields) => Write(fields);

    private void Write(params string[] lines)
    {
        foreach (var line in lines)
            _bytes.Write(Encoding.UTF8.GetBytes(line + _newLine));
    }
}
