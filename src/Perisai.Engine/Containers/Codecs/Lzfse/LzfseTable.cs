using System.Numerics;

namespace Perisai.Engine.Containers.Codecs.Lzfse;

/// <summary>
/// A decoding table of finite state entropy: for each state the symbol, how many bits are to be read, and what is to be added to them for the next
/// state. A symbol may have further bits of its own, which with the symbol's base make a value.
/// </summary>
internal sealed class LzfseTable
{
    private readonly (ushort Symbol, byte Bits, short Delta)[] _entries;
    private readonly byte[] _extraBits;
    private readonly int[] _bases;

    public LzfseTable(int states, byte[] extraBits)
    {
        _entries = new (ushort, byte, short)[states];
        _extraBits = extraBits;
        _bases = new int[extraBits.Length];
        for (var symbol = 1; symbol < extraBits.Length; symbol++)
            _bases[symbol] = _bases[symbol - 1] + (1 << extraBits[symbol - 1]);
    }

    /// <summary>Fills the table: a symbol has as many states as its frequency says. False: they are more than there are states.</summary>
    public bool TrySet(ReadOnlySpan<ushort> frequencies)
    {
        Array.Clear(_entries);
        var states = _entries.Length;
        var at = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            int frequency = frequencies[symbol];
            if (frequency == 0)
                continue;
            if (frequency > states - at)
                return false;
            var bits = BitOperations.Log2((uint)states) - BitOperations.Log2((uint)frequency);
            // The first states read a bit more than the rest, so that all together lead to every state once.
            var longer = (2 * states >> bits) - frequency;
            for (var index = 0; index < frequency; index++)
            {
                _entries[at++] = index < longer
                    ? ((ushort)symbol, (byte)bits, (short)(((frequency + index) << bits) - states))
                    : ((ushort)symbol, (byte)(bits - 1), (short)((index - longer) << (bits - 1)));
            }
        }

        return true;
    }

    public int ReadSymbol(ref int state, ref LzfseBits bits)
    {
        var (symbol, width, delta) = _entries[state & (_entries.Length - 1)];
        state = delta + bits.Read(width);
        return symbol;
    }

    /// <summary>As <see cref="ReadSymbol"/>, with the symbol's own bits, which come behind those of the state.</summary>
    public int ReadValue(ref int state, ref LzfseBits bits)
    {
        var (symbol, width, delta) = _entries[state & (_entries.Length - 1)];
        var extra = _extraBits[symbol];
        var read = bits.Read(width + extra);
        state = delta + (read >> extra);
        return _bases[symbol] + (read & (1 << extra) - 1);
    }
}
