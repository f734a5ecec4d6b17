using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Perisai.Engine.Containers.Codecs.Lzma;

/// <summary>
/// The LZMA algorithm: a range decoder that drives literals, matches and repeated matches. The format is described in the LZMA
/// specification (lzma-specification.txt of the LZMA SDK). The caller owns the window and says how far to decode.
/// </summary>
internal sealed class LzmaDecoder : IDisposable
{
    private const int States = 12;
    private const int MaxPositionStates = 16;
    private const ushort EvenChance = 1024;

    // Where each model's probabilities begin in the one array.
    private const int IsMatch = 0;
    private const int IsRepeat = IsMatch + States * MaxPositionStates;
    private const int IsRepeat0Not = IsRepeat + States;
    private const int IsRepeat1Not = IsRepeat0Not + States;
    private const int IsRepeat2Not = IsRepeat1Not + States;
    private const int IsRepeat0Long = IsRepeat2Not + States;
    private const int Slots = IsRepeat0Long + States * MaxPositionStates;
    private const int Special = Slots + 4 * 64;
    private const int Align = Special + 128;
    private const int MatchLengths = Align + 16;
    private const int RepeatLengths = MatchLengths + LengthModel;
    private const int Literals = RepeatLengths + LengthModel;

    // Within a length model.
    private const int LengthLow = 2;
    private const int LengthMiddle = LengthLow + MaxPositionStates * 8;
    private const int LengthHigh = LengthMiddle + MaxPositionStates * 8;
    private const int LengthModel = LengthHigh + 256;

    private const int LiteralModel = 0x300;

    /// <summary>No symbol takes more than 20 bytes of input.</summary>
    private const int InputMargin = 24;

    private ushort[] _chances = [];
    private int _literalContextBits;
    private int _literalPositionMask;
    private int _positionMask;
    private uint _range;
    private uint _code;
    private uint _state;
    private uint _repeat0;
    private uint _repeat1;
    private uint _repeat2;
    private uint _repeat3;
    private uint _processed;
    private int _pending;

    /// <summary>True when an end marker was decoded.</summary>
    public bool AtEndMarker { get; private set; }

    /// <summary>True when the range decoder stands as an encoder leaves it at the end.</summary>
    public bool IsCodeZero => _code == 0;

    /// <summary>Sets lc, lp and pb from their common byte and resets the state. False where there is no such byte.</summary>
    public bool TrySetProperties(byte properties)
    {
        if (properties >= 9 * 5 * 5)
            return false;
        _literalContextBits = properties % 9;
        var literalPositionBits = properties / 9 % 5;
        _literalPositionMask = (1 << literalPositionBits) - 1;
        _positionMask = (1 << properties / 45) - 1;
        var needed = Literals + (LiteralModel << (_literalContextBits + literalPositionBits));
        if (_chances.Length < needed)
        {
            Dispose();
            _chances = ArrayPool<ushort>.Shared.Rent(needed);
        }

        ResetState();
        return true;
    }

    /// <summary>Forgets all that was learnt, and the distances; the window stays.</summary>
    public void ResetState()
    {
        _chances.AsSpan().Fill(EvenChance);
        _state = 0;
        _repeat0 = _repeat1 = _repeat2 = _repeat3 = 0;
        _pending = 0;
        AtEndMarker = false;
    }

    /// <summary>The position within the data, which chooses models, starts anew with the dictionary.</summary>
    public void ResetPosition() => _processed = 0;

    /// <summary>Bytes put into the window by others count as position too.</summary>
    public void Advance(int count) => _processed += (uint)count;

    /// <summary>Reads the five bytes with which a range-coded stream begins.</summary>
    public void Start(CodecInput input)
    {
        var start = input.Take(5);
        if (start[0] != 0)
            throw new CodecException("lzma: the first byte of the stream is not zero.");
        _code = BinaryPrimitives.ReadUInt32BigEndian(start[1..]);
        _range = uint.MaxValue;
        _pending = 0;
    }

    public void Dispose()
    {
        if (_chances.Length > 0)
            ArrayPool<ushort>.Shared.Return(_chances);
        _chances = [];
    }

    /// <summary>
    /// Decodes into the window until it stands at <paramref name="limit"/> (at most its capacity), or an end marker, or bad data.
    /// </summary>
    /// <exception cref="CodecException">The data ends early or names what does not exist. The window keeps what came before.</exception>
    public void Decode(CodecInput input, LzmaWindow window, int limit)
    {
        while (window.Position < limit && !AtEndMarker)
        {
            if (!Run(input, window, limit))
                throw new CodecException("lzma: a distance reaches before the beginning.");
            if (input.Complete && input.Position > input.End)
                throw CodecException.Truncated();
            if (window.Position < limit && !AtEndMarker)
                input.Fill();
        }
    }

    /// <summary>
    /// Reads an end marker behind the last byte, where one stands; whatever else stands there is not consumed.
    /// </summary>
    public void TryReadEndMarker(CodecInput input, LzmaWindow window)
    {
        input.Ensure(InputMargin);
        if (_pending > 0 || input.Position > input.End)
            return;
        var position = input.Position;
        window.MakeRoom();
        var (end, filled) = (window.Position, window.Filled);
        Run(input, window, end + 1);
        if (!AtEndMarker)
            input.Position = position;
        // What may have been decoded instead of a marker is not output.
        window.Position = end;
        window.Filled = filled;
    }

    private unsafe bool Run(CodecInput input, LzmaWindow window, int limit)
    {
        var valid = true;
        fixed (byte* inputBase = input.Buffer)
        fixed (byte* output = window.Buffer)
        fixed (ushort* chances = _chances)
        {
            var coder = new RangeCoder { Range = _range, Code = _code, Source = inputBase + input.Position };
            var sourceEnd = inputBase + (input.Complete ? input.End : input.End - InputMargin);
            var position = window.Position;
            var capacity = window.Capacity;
            var dictionary = window.DictionarySize;
            // What may be reached back to from the beginning of this run.
            var history = Math.Min(window.Filled, dictionary) - position;
            var processed = _processed;
            var state = _state;
            var repeat0 = _repeat0;
            var repeat1 = _repeat1;
            var repeat2 = _repeat2;
            var repeat3 = _repeat3;
            var length = _pending;
            var contextShift = 8 - _literalContextBits;
            var contextBits = _literalContextBits;
            var literalMask = (uint)_literalPositionMask;
            var positionMask = (uint)_positionMask;
            var previous = window.Filled == 0 ? 0u : output[(position == 0 ? capacity : position) - 1];
            while (position < limit)
            {
                if (length == 0)
                {
                    if (coder.Source > sourceEnd)
                        break;
                    var positionState = processed & positionMask;
                    if (!coder.Bit(chances + IsMatch + state * MaxPositionStates + positionState))
                    {
                        var literal = chances + Literals
                            + LiteralModel * (((processed & literalMask) << contextBits) + (previous >> contextShift));
                        uint symbol = 1;
                        if (state < 7)
                        {
                            state = state < 4 ? 0 : state - 3;
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                            coder.Tree(literal, ref symbol);
                        }
                        else
                        {
                            state -= state < 10 ? 3u : 6u;
                            var from = position - (int)repeat0 - 1;
                            uint matched = output[from < 0 ? from + capacity : from];
                            uint offset = 0x100;
                            do
                            {
                                matched <<= 1;
                                var bit = matched & offset;
                                if (coder.Bit(literal + offset + bit + symbol))
                                {
                                    symbol = symbol << 1 | 1;
                                    offset = bit;
                                }
                                else
                                {
                                    symbol <<= 1;
                                    offset ^= bit;
                                }
                            }
                            while (symbol < 0x100);
                        }

                        previous = symbol & 0xFF;
                        output[position++] = (byte)symbol;
                        processed++;
                        continue;
                    }

                    ushort* lengths;
                    if (coder.Bit(chances + IsRepeat + state))
                    {
                        if (!coder.Bit(chances + IsRepeat0Not + state))
                        {
                            if (!coder.Bit(chances + IsRepeat0Long + state * MaxPositionStates + positionState))
                            {
                                state = state < 7 ? 9u : 11u;
                                if (repeat0 >= history + position || repeat0 >= dictionary)
                                {
                                    valid = false;
                                    break;
                                }

                                var from = position - (int)repeat0 - 1;
                                previous = output[from < 0 ? from + capacity : from];
                                output[position++] = (byte)previous;
                                processed++;
                                continue;
                            }
                        }
                        else
                        {
                            uint distance;
                            if (!coder.Bit(chances + IsRepeat1Not + state))
                            {
                                distance = repeat1;
                            }
                            else
                            {
                                if (!coder.Bit(chances + IsRepeat2Not + state))
                                {
                                    distance = repeat2;
                                }
                                else
                                {
                                    distance = repeat3;
                                    repeat3 = repeat2;
                                }

                                repeat2 = repeat1;
                            }

                            repeat1 = repeat0;
                            repeat0 = distance;
                        }

                        state = state < 7 ? 8u : 11u;
                        lengths = chances + RepeatLengths;
                    }
                    else
                    {
                        repeat3 = repeat2;
                        repeat2 = repeat1;
                        repeat1 = repeat0;
                        state = state < 7 ? 7u : 10u;
                        lengths = chances + MatchLengths;
                    }

                    uint tree = 1;
                    if (!coder.Bit(lengths))
                    {
                        lengths += LengthLow + positionState * 8;
                        coder.Tree(lengths, ref tree);
                        coder.Tree(lengths, ref tree);
                        coder.Tree(lengths, ref tree);
                        length = (int)tree - 8 + 2;
                    }
                    else if (!coder.Bit(lengths + 1))
                    {
                        lengths += LengthMiddle + positionState * 8;
                        coder.Tree(lengths, ref tree);
                        coder.Tree(lengths, ref tree);
                        coder.Tree(lengths, ref tree);
                        length = (int)tree - 8 + 10;
                    }
                    else
                    {
                        lengths += LengthHigh;
                        do
                        {
                            coder.Tree(lengths, ref tree);
                        }
                        while (tree < 0x100);
                        length = (int)tree - 0x100 + 18;
                    }

                    if (state is 7 or 10)
                    {
                        var slots = chances + Slots + 64 * Math.Min(length - 2, 3);
                        uint slot = 1;
                        coder.Tree(slots, ref slot);
                        coder.Tree(slots, ref slot);
                        coder.Tree(slots, ref slot);
                        coder.Tree(slots, ref slot);
                        coder.Tree(slots, ref slot);
                        coder.Tree(slots, ref slot);
                        slot -= 64;
                        if (slot < 4)
                        {
                            repeat0 = slot;
                        }
                        else
                        {
                            var low = (int)(slot >> 1) - 1;
                            repeat0 = 2 | slot & 1;
                            if (slot < 14)
                            {
                                repeat0 <<= low;
                                var special = chances + Special + repeat0 - slot;
                                uint node = 1;
                                for (var bit = 0; bit < low; bit++)
                                {
                                    if (coder.Bit(special + node))
                                    {
                                        node = node << 1 | 1;
                                        repeat0 |= 1u << bit;
                                    }
                                    else
                                    {
                                        node <<= 1;
                                    }
                                }
                            }
                            else
                            {
                                for (; low > 4; low--)
                                    coder.Direct(ref repeat0);
                                repeat0 <<= 4;
                                var align = chances + Align;
                                uint node = 1;
                                for (var bit = 0; bit < 4; bit++)
                                {
                                    if (coder.Bit(align + node))
                                    {
                                        node = node << 1 | 1;
                                        repeat0 |= 1u << bit;
                                    }
                                    else
                                    {
                                        node <<= 1;
                                    }
                                }

                                if (repeat0 == uint.MaxValue)
                                {
                                    AtEndMarker = true;
                                    length = 0;
                                    break;
                                }
                            }
                        }
                    }

                    if (repeat0 >= history + position || repeat0 >= dictionary)
                    {
                        valid = false;
                        length = 0;
                        break;
                    }
                }

                var count = Math.Min(length, limit - position);
                length -= count;
                processed += (uint)count;
                Copy(output, position, (int)repeat0 + 1, count, capacity);
                position += count;
                previous = output[position - 1];
            }

            _range = coder.Range;
            _code = coder.Code;
            input.Position = (int)(coder.Source - inputBase);
            window.Filled += position - window.Position;
            window.Position = position;
            _processed = processed;
            _state = state;
            _repeat0 = repeat0;
            _repeat1 = repeat1;
            _repeat2 = repeat2;
            _repeat3 = repeat3;
            _pending = length;
        }

        return valid;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Copy(byte* output, int position, int distance, int count, int capacity)
    {
        var from = position - distance;
        if (from < 0)
        {
            from += capacity;
            if (from + count > capacity)
            {
                // The one match in many that lies across the seam.
                for (; count > 0; count--)
                {
                    output[position++] = output[from++];
                    if (from == capacity)
                        from = 0;
                }

                return;
            }

            distance = int.MaxValue;
        }

        var target = output + position;
        var source = output + from;
        var end = target + count;
        if (distance >= 16)
        {
            do
            {
                Vector128.Store(Vector128.Load(source), target);
                source += 16;
                target += 16;
            }
            while (target < end);
        }
        else
        {
            do
            {
                *target++ = *source++;
            }
            while (target < end);
        }
    }

    /// <summary>The range decoder proper. A value of its own, so that it stays in registers.</summary>
    private unsafe struct RangeCoder
    {
        public uint Range;
        public uint Code;
        public byte* Source;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Bit(ushort* chance)
        {
            uint value = *chance;
            var bound = (Range >> 11) * value;
            bool set;
            if (Code < bound)
            {
                Range = bound;
                *chance = (ushort)(value + ((2048 - value) >> 5));
                set = false;
            }
            else
            {
                Range -= bound;
                Code -= bound;
                *chance = (ushort)(value - (value >> 5));
                set = true;
            }

            if (Range < 1 << 24)
            {
                Range <<= 8;
                Code = Code << 8 | *Source++;
            }

            return set;
        }

        /// <summary>One step down a tree of chances, without a branch on the bit: literals are hard to foretell.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Tree(ushort* chances, ref uint node)
        {
            var chance = chances + node;
            int value = *chance;
            var bound = (Range >> 11) * (uint)value;
            var difference = (ulong)Code - bound;
            // All ones for a 0 bit.
            var mask = (uint)(difference >> 32);
            Code = (uint)difference + (bound & mask);
            Range = ((Range - bound) & ~mask) | (bound & mask);
            *chance = (ushort)(value - ((value + (int)(mask & (31 - 2048))) >> 5));
            node = (node << 1) + 1 + mask;
            if (Range < 1 << 24)
            {
                Range <<= 8;
                Code = Code << 8 | *Source++;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Direct(ref uint value)
        {
            Range >>= 1;
            Code -= Range;
            var mask = 0 - (Code >> 31);
            Code += Range & mask;
            value = (value << 1) + 1 + mask;
            if (Range < 1 << 24)
            {
                Range <<= 8;
                Code = Code << 8 | *Source++;
            }
        }
    }
}
