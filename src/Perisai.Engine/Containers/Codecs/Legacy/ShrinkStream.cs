namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// Method 1 of zip (APPNOTE 5.1): LZW with codes of 9 to 13 bits whose table is cleared in parts: code 256 and 1 make codes longer,
/// 256 and 2 free all codes that no other one builds on.
/// </summary>
internal sealed class ShrinkStream(CodecInput input) : DecoderStream(input)
{
    private const int Codes = 1 << 13;
    private const int Control = 256;
    private const short NoParent = -1;
    private const short Free = -2;
    private const int Step = 32 << 10;

    private readonly short[] _parents = MakeParents();
    private readonly byte[] _values = MakeValues();
    private readonly byte[] _stack = new byte[Codes + 1];
    private LowBits _bits = new(input);
    private int _codeBits = 9;
    private int _previous = -1;
    private int _lastFree = Control;
    private byte _first;

    protected override void Produce()
    {
        if (Output.Length == 0)
            Output = new byte[Step + Codes + 1];
        OutputStart = OutputEnd = 0;
        while (OutputEnd < Step)
        {
            if (!_bits.TryRead(_codeBits, out var code))
            {
                Finished = true;
                return;
            }

            if (code != Control)
                Expand(code);
            else if (_bits.Read(_codeBits) is var order && order == 1 && _codeBits < 13)
                _codeBits++;
            else if (order == 2)
                ClearLeaves();
            else
                throw new CodecException("shrink: there is no such order.");
        }
    }

    private void Expand(int code)
    {
        if (_previous < 0)
        {
            if (code > 255)
                throw new CodecException("shrink: the first code is not a byte.");
            Output[OutputEnd++] = _first = (byte)code;
            _previous = code;
            return;
        }

        var depth = _stack.Length;
        var at = code;
        if (_parents[at] == Free)
        {
            // The string that this very code defines.
            _stack[--depth] = _first;
            at = _previous;
        }

        while (at >= 0)
        {
            // After a partial clearing, codes may build on others that are gone.
            if (depth == 0 || _parents[at] == Free)
                throw new CodecException("shrink: a code does not exist.");
            _stack[--depth] = _values[at];
            at = _parents[at];
        }

        var text = _stack.AsSpan(depth);
        _first = text[0];
        text.CopyTo(Output.AsSpan(OutputEnd));
        OutputEnd += text.Length;
        while (_lastFree < Codes && (_lastFree == Control || _parents[_lastFree] != Free))
            _lastFree++;
        if (_lastFree < Codes)
        {
            _parents[_lastFree] = (short)_previous;
            _values[_lastFree] = _first;
        }

        _previous = code;
    }

    private void ClearLeaves()
    {
        var isParent = new bool[Codes];
        for (var code = Control + 1; code < Codes; code++)
        {
            if (_parents[code] >= 0)
                isParent[_parents[code]] = true;
        }

        for (var code = Control + 1; code < Codes; code++)
        {
            if (!isParent[code])
                _parents[code] = Free;
        }

        _lastFree = Control;
    }

    private static short[] MakeParents()
    {
        var parents = new short[Codes];
        Array.Fill(parents, Free);
        Array.Fill(parents, NoParent, 0, 256);
        return parents;
    }

    private static byte[] MakeValues()
    {
        var values = new byte[Codes];
        for (var value = 0; value < 256; value++)
            values[value] = (byte)value;
        return values;
    }
}
