namespace Perisai.Engine.Containers.Codecs.Quantum;

/// <summary>
/// The adaptive frequencies of one alphabet: symbols in an order of their own with cumulative frequencies that fall from the first to a zero
/// behind the last.
/// </summary>
internal sealed class QuantumModel
{
    /// <summary>Each symbol that is seen counts this much.</summary>
    private const int Step = 8;

    /// <summary>Above this total all frequencies are halved.</summary>
    private const int MaxTotal = 3800;

    /// <summary>Halvings until the symbols are sorted again; at first it is fewer.</summary>
    private const int FirstSort = 4;
    private const int NextSort = 50;

    private readonly int _count;
    private readonly byte[] _symbols;
    private readonly int[] _frequencies;
    private int _untilSort = FirstSort;

    public QuantumModel(int first, int count)
    {
        _count = count;
        _symbols = new byte[count];
        _frequencies = new int[count + 1];
        for (var index = 0; index < count; index++)
        {
            _symbols[index] = (byte)(first + index);
            _frequencies[index] = count - index;
        }
    }

    public int Total => _frequencies[0];

    /// <summary>Finds the symbol whose range holds a frequency, counts it, and gives its range as it was before.</summary>
    public int Take(int frequency, out int low, out int high)
    {
        var index = 1;
        while (index < _count && _frequencies[index] > frequency)
            index++;
        low = _frequencies[index];
        high = _frequencies[index - 1];
        var symbol = _symbols[index - 1];
        for (var at = 0; at < index; at++)
            _frequencies[at] += Step;
        if (Total > MaxTotal)
            Halve();
        return symbol;
    }

    private void Halve()
    {
        if (--_untilSort > 0)
        {
            for (var index = _count - 1; index >= 0; index--)
                _frequencies[index] = Math.Max(_frequencies[index] >> 1, _frequencies[index + 1] + 1);
            return;
        }

        _untilSort = NextSort;
        for (var index = 0; index < _count; index++)
            _frequencies[index] = (_frequencies[index] - _frequencies[index + 1] + 1) >> 1;
        // The order of symbols with the same frequency is that which exchanging leaves: the encoder has the same one.
        for (var index = 0; index < _count - 1; index++)
        {
            for (var other = index + 1; other < _count; other++)
            {
                if (_frequencies[index] >= _frequencies[other])
                    continue;
                (_frequencies[index], _frequencies[other]) = (_frequencies[other], _frequencies[index]);
                (_symbols[index], _symbols[other]) = (_symbols[other], _symbols[index]);
            }
        }

        for (var index = _count - 1; index >= 0; index--)
            _frequencies[index] += _frequencies[index + 1];
    }
}
