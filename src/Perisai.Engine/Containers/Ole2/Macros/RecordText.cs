using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>
/// Writes the records of a workbook with Excel 4 macros as clamscan 1.4.6 does, a line each, for definitions are made from that text; every rule was measured.
/// Lines end where clamscan stops reading: at a record of more than 8,228 bytes and at one that is cut. It matches only what it has written when it begins
/// to, the first line and whole blocks of 4,096 bytes of the rest; we match all.
/// </summary>
internal sealed class RecordText : DecoderStream
{
    private const int Formula = 0x06;
    private const int Name = 0x18;
    private const int BoundSheet = 0x85;
    private const int StringValue = 0x207;
    private const int MaxRecord = 8228;

    /// <summary>Where the text of a string is taken from: three bytes behind where it begins.</summary>
    private const int TextOffset = 6;

    /// <summary>Room behind a record for what is read beyond its end.</summary>
    private const int Slack = 16;

    private static readonly UnicodeEncoding s_strict = new(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>The last record over those before it, as what lies behind a record's end is read too.</summary>
    private readonly byte[] _record = new byte[MaxRecord + Slack];

    private readonly List<byte> _line = [];
    private bool _isLast;
    private bool _hasBegun;

    public RecordText(CodecInput input)
        : base(input)
    {
    }

    /// <summary>The first line, which definitions may hold too.</summary>
    public static ReadOnlySpan<byte> Heading =>
        "-- BIFF content extracted and disassembled from CL_TYPE_MSXL .xls file because a XLM macro was found in the document\n"u8;

    protected override void Produce()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            Output = [.. Heading];
            (OutputStart, OutputEnd) = (0, Output.Length);
            return;
        }

        Span<byte> header = stackalloc byte[4];
        if (_isLast || Input.Read(header) < header.Length)
        {
            Finished = true;
            return;
        }

        var kind = BinaryPrimitives.ReadUInt16LittleEndian(header);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(header[2..]);
        _line.Clear();
        Write($"{kind:x4} {length,6}   {RecordTitles.Of(kind)}");
        _isLast = length > MaxRecord || Input.Read(_record.AsSpan(0, length)) < length;
        if (!_isLast)
        {
            WriteContent(kind, length);
            _line.Add((byte)'\n');
        }

        Output = [.. _line];
        (OutputStart, OutputEnd) = (0, Output.Length);
    }

    private void WriteContent(int kind, int length)
    {
        switch (kind)
        {
            case Formula when length >= 21:
                Write($" - R{(ushort)SignedUInt16(_record, 0) + 1}C{(ushort)SignedUInt16(_record, 2) + 1} len={(ushort)SignedUInt16(_record, 20)} ");
                RecordFormula.Write(_record.AsSpan(22, length - 21), _line);
                break;
            case Name when length >= 16:
                WriteName(length);
                break;
            case BoundSheet when length >= 6:
                Write($" - {SheetType(_record[5])}, {SheetState(_record[4])}");
                break;
            case StringValue when length >= 4:
                WriteString(length);
                break;
        }
    }

    private void WriteName(int length)
    {
        if ((_record[0] & 0x20) != 0)
        {
            var code = (sbyte)(_record[14] != 0 ? _record[14] : _record[15]);
            Write($" - built-in-name {(uint)code} {(code == 1 ? "auto_open" : code == 2 ? "auto_close" : "?")}");
            return;
        }

        var offset = _record[14] != 0 ? 14 : 15;
        var count = Math.Min(SignedUInt16(_record, 3), length - offset);
        Write($" - ");
        // A negative length is none.
        WriteUpToZero(_record.AsSpan(offset, count < 0 ? _record.Length - offset : count));
    }

    private void WriteString(int length)
    {
        if ((_record[2] & 1) == 0)
        {
            Write($" - \"");
            WriteUpToZero(_record.AsSpan(TextOffset, length - 3));
            Write($"\"");
            return;
        }

        Write($" - ");
        WriteWide(_record.AsSpan(3, Math.Min((ushort)SignedUInt16(_record, 0), length - 3)), _line);
    }

    /// <summary>Two bytes as a signed number each, put together: a low byte above 127 sets all bits of the high one.</summary>
    public static int SignedUInt16(ReadOnlySpan<byte> bytes, int at) =>
        bytes[at] > 127 ? bytes[at] - 256 : bytes[at] + ((sbyte)bytes[at + 1] << 8);

    /// <summary>UTF-16 as UTF-8, or that it is none; no text is none either.</summary>
    public static void WriteWide(ReadOnlySpan<byte> text, List<byte> line)
    {
        try
        {
            if (text.IsEmpty || text.Length % 2 != 0)
                throw new DecoderFallbackException();
            line.AddRange(Encoding.UTF8.GetBytes(s_strict.GetString(text)));
        }
        catch (DecoderFallbackException)
        {
            line.AddRange("<Failed to decode UTF16LE string>"u8);
        }
    }

    private void WriteUpToZero(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        _line.AddRange(end < 0 ? text : text[..end]);
    }

    private void Write(FormattableString text) => _line.AddRange(Encoding.Latin1.GetBytes(text.ToString(CultureInfo.InvariantCulture)));

    private static string SheetState(byte state) => state switch
    {
        0 => "visible",
        1 => "hidden",
        2 => "very hidden",
        _ => "unknown visibility",
    };

    private static string SheetType(byte type) => type switch
    {
        0 => "worksheet or dialog sheet",
        1 => "Excel 4.0 macro sheet",
        2 => "chart",
        6 => "Visual Basic module",
        _ => "unknown type",
    };
}
