using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// The data of a <c>data:</c> address (RFC 2397), decoded as they come. Members are named <c>data-1</c> and so on, in the order of the page.
/// </summary>
internal sealed class DataPart : IDisposable
{
    private readonly ViewWriter _content;
    private readonly string _name;
    private readonly bool _isBase64;
    private uint _bits;
    private int _bitCount;
    private int _escapeDigits = -1;
    private byte _escape;
    private bool _hasEnded;

    /// <param name="type">What stands before the comma.</param>
    /// <param name="number">Its number in the page.</param>
    /// <param name="budget">What is charged for the content.</param>
    public DataPart(ReadOnlySpan<byte> type, int number, ScanBudget budget)
    {
        _content = new(budget, isWanted: true);
        _name = $"data-{number}";
        _isBase64 = Encoding.Latin1.GetString(type).Contains(";base64", StringComparison.OrdinalIgnoreCase);
    }

    public void Add(byte value)
    {
        if (_escapeDigits >= 0)
            AddEscaped(value);
        else if (value == '%')
            _escapeDigits = 0;
        else
            AddDecoded(value);
    }

    public void HandOn(IMemberSink sink) => _content.HandOn(new(_name), sink);

    public void Dispose() => _content.Dispose();

    private void AddEscaped(byte value)
    {
        if (char.IsAsciiHexDigit((char)value))
        {
            _escape = (byte)((_escape << 4) | Convert.ToInt32(((char)value).ToString(), 16));
            if (++_escapeDigits < 2)
                return;
            value = _escape;
            _escapeDigits = -1;
            AddDecoded(value);
            return;
        }

        _escapeDigits = -1;
        AddDecoded((byte)'%');
        AddDecoded(value);
    }

    private void AddDecoded(byte value)
    {
        if (!_isBase64)
        {
            _content.Write(value);
            return;
        }

        int digit = value switch
        {
            >= (byte)'A' and <= (byte)'Z' => value - 'A',
            >= (byte)'a' and <= (byte)'z' => value - 'a' + 26,
            >= (byte)'0' and <= (byte)'9' => value - '0' + 52,
            (byte)'+' or (byte)'-' => 62,
            (byte)'/' or (byte)'_' => 63,
            _ => -1,
        };
        _hasEnded |= value == '=';
        if (digit < 0 || _hasEnded)
            return;
        _bits = (_bits << 6) | (uint)digit;
        _bitCount += 6;
        if (_bitCount < 8)
            return;
        _bitCount -= 8;
        _content.Write((byte)(_bits >> _bitCount));
    }
}
