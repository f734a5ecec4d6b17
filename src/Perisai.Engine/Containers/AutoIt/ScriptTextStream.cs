using System.Buffers.Binary;
using System.Globalization;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.AutoIt;

/// <summary>
/// Writes the tokens of a compiled script (EA06) as text, as clamscan 1.4.6 does, for definitions are made from that. The number of lines comes first; then tokens: words
/// and functions by their numbers, numbers, texts under a simple cipher, operators, and the end of a line.
/// </summary>
internal sealed class ScriptTextStream : DecoderStream
{
    private const int EndOfLine = 0x7F;
    private const int MaxText = 1 << 20;

    private readonly List<byte> _line = [];
    private long _lines = -1;

    public ScriptTextStream(CodecInput input)
        : base(input)
    {
    }

    protected override void Produce()
    {
        if (_lines < 0)
            _lines = Input.ReadUInt32();
        _line.Clear();
        try
        {
            while (_lines > 0 && _line.Count < MaxText)
            {
                int token = Input.ReadByte();
                WriteToken(token);
                if (token != EndOfLine)
                    continue;
                _lines--;
                break;
            }
        }
        catch (CodecException) when (_line.Count > 0)
        {
            // The failure comes again when what came before was handed out.
        }

        Output = [.. _line];
        (OutputStart, OutputEnd) = (0, Output.Length);
        Finished = Output.Length == 0 && _lines == 0;
        if (Output.Length == 0 && _lines > 0)
            throw new CodecException("The script's tokens end too early, or are not known.");
    }

    private void WriteToken(int token)
    {
        switch (token)
        {
            case 0x00:
                Write(ScriptWords.Keyword(Input.ReadUInt32()));
                break;
            case 0x01:
                Write(ScriptWords.Function(Input.ReadUInt32()));
                break;
            case 0x05:
                Write($"0x{Input.ReadUInt32():x8}");
                break;
            case 0x10:
                // The lower half is taken for a signed number.
                var lower = (int)Input.ReadUInt32();
                Write($"0x{unchecked(((long)Input.ReadUInt32() << 32) + lower):x16}");
                break;
            case 0x20:
                Write(General(BitConverter.UInt64BitsToDouble(Input.ReadUInt64())));
                break;
            case >= 0x30 and <= 0x37:
                WriteText(token);
                break;
            case EndOfLine:
                _line.Add((byte)'\n');
                break;
            default:
                Write(ScriptWords.Operator(token));
                break;
        }
    }

    private void Write(string? word)
    {
        if (word is null)
        {
            // No more can be read: what follows has no place to begin.
            Input.Position = Input.End;
            while (Input.Fill())
                Input.Position = Input.End;
            throw new CodecException("A token is not known.");
        }

        foreach (var character in word)
            _line.Add((byte)character);
        _line.Add((byte)' ');
    }

    /// <summary>A length in characters, with which each is combined, and what stands around it: macros, variables, properties and strings have signs.</summary>
    private void WriteText(int token)
    {
        var length = Input.ReadUInt32();
        if (length > MaxText)
            throw new CodecException("A text is too long.");
        var text = new byte[2 * (int)length];
        for (var index = 0; index < text.Length; index += 2)
            BinaryPrimitives.WriteUInt16LittleEndian(text.AsSpan(index), (ushort)(Input.ReadUInt16() ^ length));
        if (token is 0x32 or 0x33 or 0x35 or 0x36)
            _line.Add((byte)(token switch { 0x32 => '@', 0x33 => '$', 0x35 => '.', _ => '"' }));
        Narrow(text);
        _line.AddRange(text.AsSpan(0, (int)length));
        if (token == 0x36)
            _line.Add((byte)'"');
        if (token != 0x34)
            _line.Add((byte)' ');
    }

    /// <summary>
    /// The lower bytes of characters are moved together where enough of the first ten are of one byte, or behind a mark of UTF-16. Otherwise the
    /// first half of the bytes is written as they are.
    /// </summary>
    private static void Narrow(Span<byte> text)
    {
        var from = text.Length > 4 && text is [0xFF, 0xFE, not 0, ..] ? 2 : 0;
        if (from == 0)
        {
            var sample = text[..Math.Min(text.Length, 20)];
            var narrow = 0;
            for (var index = 0; index < sample.Length; index += 2)
                narrow += sample[index] != 0 && sample[index + 1] == 0 ? 1 : 0;
            if (narrow * 4 < sample.Length)
                return;
        }

        for (int index = from, to = 0; index < text.Length; index += 2)
            text[to++] = text[index];
    }

    /// <summary>Six digits, without zeros at the end, with an exponent where that is below -4 or above 5.</summary>
    private static string General(double value)
    {
        if (!double.IsFinite(value))
            return (double.IsNegative(value) ? "-" : "") + (double.IsNaN(value) ? "nan" : "inf");
        var scientific = value.ToString("E5", CultureInfo.InvariantCulture);
        var at = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (value == 0 || exponent is >= -4 and <= 5)
            return Trimmed(value.ToString($"F{Math.Clamp(5 - exponent, 0, 9)}", CultureInfo.InvariantCulture));
        return $"{Trimmed(scientific[..at])}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string Trimmed(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;
}
