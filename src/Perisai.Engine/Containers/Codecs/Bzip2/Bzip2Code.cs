namespace Perisai.Engine.Containers.Codecs.Bzip2;

/// <summary>
/// One canonical prefix code of up to 258 symbols and 20 bits: a table for short codes, and limits of each length for long ones.
/// </summary>
internal sealed class Bzip2Code
{
    public const int MaxLength = 20;
    public const int QuickBits = 11;

    /// <summary>By the next bits: the symbol times 32, plus the length of its code; 0 where the code is longer or missing.</summary>
    public readonly ushort[] Quick = new ushort[1 << QuickBits];

    // Codes are compared left-aligned in 20 bits.
    private readonly uint[] _limit = new uint[MaxLength + 1];
    private readonly int[] _base = new int[MaxLength + 1];
    private readonly ushort[] _sorted = new ushort[258];
    private int _total;

    /// <summary>Sets the code; codes may be missing or too many, as with other decoders, and lead nowhere then.</summary>
    public void Build(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(Quick);
        var code = 0u;
        _total = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            _base[length] = _total - (int)(code >> (MaxLength - length));
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length)
                    continue;
                _sorted[_total++] = (ushort)symbol;
                if (length <= QuickBits && code < 1 << MaxLength)
                    Quick.AsSpan((int)(code >> (MaxLength - QuickBits)), 1 << (QuickBits - length)).Fill((ushort)(symbol << 5 | length));
                code += 1u << (MaxLength - length);
            }

            _limit[length] = code;
        }
    }

    /// <summary>Finds the symbol of a code longer than the quick table's. False where there is none.</summary>
    public bool TryFindLong(uint next, out int symbol, out int length)
    {
        for (length = QuickBits + 1; length <= MaxLength; length++)
        {
            if (next >= _limit[length])
                continue;
            var index = _base[length] + (int)(next >> (MaxLength - length));
            if ((uint)index >= (uint)_total)
                break;
            symbol = _sorted[index];
            return true;
        }

        symbol = 0;
        return false;
    }
}
