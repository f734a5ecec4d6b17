using System.Runtime.CompilerServices;

namespace Perisai.Engine.Containers.Codecs.Ppmd;

/// <summary>
/// The memory of a PPMd model: units of twelve bytes in blocks of 1 to 128 units, of 38 sizes. When it is full the model starts anew, so
/// that encoder and decoder must agree on every block that is given and taken: this is part of the format (Shkarin's PPMd, variant H).
/// Text grows from the bottom, blocks of states from <see cref="LowUnit"/> up, contexts from <see cref="HighUnit"/> down.
/// Places are offsets; 0 is none.
/// </summary>
internal sealed class PpmdMemory(int size)
{
    public const int UnitLength = 12;

    /// <summary>Where text begins: anywhere but at 0.</summary>
    private const int Origin = 4;

    private const int Sizes = 38;
    private const int MaxUnits = 128;

    private static readonly byte[] _unitsOfSize = MakeUnitsOfSize();
    private static readonly byte[] _sizeOfUnits = MakeSizeOfUnits();

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Origin + size + 4 * UnitLength);
    private readonly int[] _free = new int[Sizes];
    private int _untilGlue;

    /// <summary>Where the next byte of text goes.</summary>
    public int Text { get; set; }

    /// <summary>The lowest unit; below it is text.</summary>
    public int UnitsStart { get; private set; }

    public int LowUnit { get; private set; }

    public int HighUnit { get; private set; }

    /// <summary>Forgets all: seven eighths are for units.</summary>
    public void Reset()
    {
        Array.Clear(_free);
        SetPlace(0, 0);
        Text = Origin;
        HighUnit = Origin + size;
        LowUnit = UnitsStart = HighUnit - size / 8 / UnitLength * 7 * UnitLength;
        _untilGlue = 0;
    }

    public byte Byte(int at) => _bytes[at];

    public void SetByte(int at, byte value) => _bytes[at] = value;

    public ushort Word(int at) => Unsafe.ReadUnaligned<ushort>(ref _bytes[at]);

    public void SetWord(int at, int value) => Unsafe.WriteUnaligned(ref _bytes[at], (ushort)value);

    public int Place(int at) => Unsafe.ReadUnaligned<int>(ref _bytes[at]);

    public void SetPlace(int at, int value) => Unsafe.WriteUnaligned(ref _bytes[at], value);

    public void Copy(int from, int to, int length) => _bytes.AsSpan(from, length).CopyTo(_bytes.AsSpan(to, length));

    /// <summary>A unit for a context; 0 where there is none.</summary>
    public int AllocateContext()
    {
        if (HighUnit != LowUnit)
            return HighUnit -= UnitLength;
        return _free[0] != 0 ? Take(0) : AllocateRare(0);
    }

    /// <summary>A block for at least so many units; 0 where there is none.</summary>
    public int Allocate(int units)
    {
        var kind = _sizeOfUnits[units - 1];
        if (_free[kind] != 0)
            return Take(kind);
        var length = _unitsOfSize[kind] * UnitLength;
        if (length > HighUnit - LowUnit)
            return AllocateRare(kind);
        var block = LowUnit;
        LowUnit += length;
        return block;
    }

    /// <summary>Makes room for one more unit behind so many; moves the block where need be. 0 where there is no memory.</summary>
    public int Expand(int block, int units)
    {
        var kind = _sizeOfUnits[units - 1];
        if (kind == _sizeOfUnits[units])
            return block;
        var larger = Allocate(_unitsOfSize[kind + 1]);
        if (larger == 0)
            return 0;
        Copy(block, larger, units * UnitLength);
        Give(block, kind);
        return larger;
    }

    /// <summary>Gives back what is no longer needed of a block; returns where its content is then.</summary>
    public int Shrink(int block, int units, int fewer)
    {
        int kind = _sizeOfUnits[units - 1], smaller = _sizeOfUnits[fewer - 1];
        if (kind == smaller)
            return block;
        if (_free[smaller] == 0)
        {
            Split(block, kind, smaller);
            return block;
        }

        var moved = Take(smaller);
        Copy(block, moved, fewer * UnitLength);
        Give(block, kind);
        return moved;
    }

    public void Free(int block, int units) => Give(block, _sizeOfUnits[units - 1]);

    private int Take(int kind)
    {
        var block = _free[kind];
        _free[kind] = Place(block);
        return block;
    }

    private void Give(int block, int kind)
    {
        SetPlace(block, _free[kind]);
        _free[kind] = block;
    }

    /// <summary>Cuts a block down to a smaller kind and gives the rest back, in two blocks where no kind has its size.</summary>
    private void Split(int block, int kind, int smaller) =>
        GiveUnits(block + _unitsOfSize[smaller] * UnitLength, _unitsOfSize[kind] - _unitsOfSize[smaller]);

    private void GiveUnits(int block, int units)
    {
        int kind = _sizeOfUnits[units - 1];
        if (_unitsOfSize[kind] != units)
        {
            int most = _unitsOfSize[--kind];
            Give(block + most * UnitLength, _sizeOfUnits[units - most - 1]);
        }

        Give(block, kind);
    }

    private int AllocateRare(int kind)
    {
        if (_untilGlue == 0)
        {
            Glue();
            if (_free[kind] != 0)
                return Take(kind);
        }

        var larger = kind + 1;
        while (larger < Sizes && _free[larger] == 0)
            larger++;
        if (larger < Sizes)
        {
            var block = Take(larger);
            Split(block, larger, kind);
            return block;
        }

        // The room between text and units is the last.
        _untilGlue--;
        var length = _unitsOfSize[kind] * UnitLength;
        return UnitsStart - Text > length ? UnitsStart -= length : 0;
    }

    /// <summary>
    /// Joins free blocks that lie beside one another. While it works, a free block has two bytes of zero (no block in use begins with
    /// these), its units in two more, and the links of a ring.
    /// </summary>
    private void Glue()
    {
        const int Units = 2, Next = 4, Previous = 8;
        var ring = Origin + size;
        var last = ring;
        _untilGlue = 255;
        for (var kind = 0; kind < Sizes; kind++)
        {
            for (var block = _free[kind]; block != 0;)
            {
                var following = Place(block);
                SetWord(block, 0);
                SetWord(block + Units, _unitsOfSize[kind]);
                SetPlace(block + Next, last);
                SetPlace(last + Previous, block);
                last = block;
                block = following;
            }

            _free[kind] = 0;
        }

        SetWord(ring, 1);
        SetPlace(ring + Next, last);
        SetPlace(last + Previous, ring);
        // What is not given out yet must not be joined.
        if (LowUnit != HighUnit)
            SetWord(LowUnit, 1);
        for (var block = last; block != ring; block = Place(block + Next))
        {
            int units = Word(block + Units);
            while (true)
            {
                var beside = block + units * UnitLength;
                if (Word(beside) != 0 || units + Word(beside + Units) > ushort.MaxValue)
                    break;
                units += Word(beside + Units);
                SetPlace(Place(beside + Previous) + Next, Place(beside + Next));
                SetPlace(Place(beside + Next) + Previous, Place(beside + Previous));
                SetWord(block + Units, units);
            }
        }

        for (var block = Place(ring + Next); block != ring;)
        {
            var following = Place(block + Next);
            int units = Word(block + Units);
            for (; units > MaxUnits; units -= MaxUnits, block += MaxUnits * UnitLength)
                Give(block, Sizes - 1);
            GiveUnits(block, units);
            block = following;
        }
    }

    /// <summary>1 to 4, then by two to 12, by three to 24, by four to 128.</summary>
    private static byte[] MakeUnitsOfSize()
    {
        var units = new byte[Sizes];
        var count = 0;
        for (var kind = 0; kind < Sizes; kind++)
            units[kind] = (byte)(count += kind >= 12 ? 4 : kind / 4 + 1);
        return units;
    }

    private static byte[] MakeSizeOfUnits()
    {
        var sizes = new byte[MaxUnits];
        for (int units = 1, kind = 0; units <= MaxUnits; units++)
        {
            if (units > _unitsOfSize[kind])
                kind++;
            sizes[units - 1] = (byte)kind;
        }

        return sizes;
    }
}
