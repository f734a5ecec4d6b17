using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Perisai.Engine.Containers.Codecs.Inflate;

/// <summary>
/// Decodes raw deflate (RFC 1951) and deflate64. It can be used again for other data, consumes exactly the bytes of its stream, and
/// keeps no native memory: what the runtime's own stream lacks for archives of many small members.
/// </summary>
internal sealed class InflateStream(CodecInput input, bool deflate64 = false) : DecoderStream(input)
{
    private enum State
    {
        Header,
        Stored,
        Coded,
        Copy,
    }

    /// <summary>Room behind the last place where a match may begin: a match (258), some literals, and what a wide copy overshoots.</summary>
    private const int OutputMargin = 320;

    /// <summary>One step of the inner loop consumes at most 16 bytes of input, and reads ahead 8.</summary>
    private const int InputMargin = 24;

    private static readonly byte[] _codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly int _window = deflate64 ? 64 << 10 : 32 << 10;
    private readonly InflateTable _lengths = new(11, 2400);
    private readonly InflateTable _distances = new(8, 1024);
    private readonly InflateTable _codeLengths = new(7, 128);
    private readonly byte[] _codes = new byte[320];
    private ulong _bits;
    private int _bitCount;
    private State _state;
    private bool _final;
    private bool _fixedTables;
    private int _stored;
    private int _copyLength;
    private int _copyDistance;

    /// <summary>Starts over; the input must have been set to the new data.</summary>
    public void Reset()
    {
        Restart();
        StartOver();
    }

    /// <summary>Starts a stream that refers back to what the last one held; that one must have been read to its end.</summary>
    public void ResetKeepingHistory()
    {
        Resume();
        StartOver();
    }

    protected override void Produce()
    {
        MakeRoom();
        var full = Output.Length - OutputMargin;
        while (OutputEnd < full && !Finished)
        {
            switch (_state)
            {
                case State.Header when _final:
                    ReturnBits();
                    Finished = true;
                    break;
                case State.Header:
                    ReadHeader();
                    break;
                case State.Stored:
                    CopyStored();
                    break;
                case State.Copy:
                    CopyRest();
                    break;
                default:
                    if (DecodeBlock())
                        _state = State.Header;
                    else if (_state == State.Coded && OutputEnd < full)
                        Input.Fill();
                    break;
            }

            if (!Budget.CheckTime())
                return;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (Output.Length > 0)
            ArrayPool<byte>.Shared.Return(Output);
        Output = [];
        OutputStart = OutputEnd = 0;
        base.Dispose(disposing);
    }

    private void StartOver()
    {
        _bits = 0;
        _bitCount = 0;
        _state = State.Header;
        _final = false;
    }

    private void MakeRoom()
    {
        if (Output.Length == 0)
            Output = ArrayPool<byte>.Shared.Rent(deflate64 ? 256 << 10 : 128 << 10);
        if (Output.Length - OutputEnd < 48 << 10)
        {
            Buffer.BlockCopy(Output, OutputEnd - _window, Output, 0, _window);
            OutputEnd = _window;
        }

        OutputStart = OutputEnd;
    }

    private void ReadHeader()
    {
        _final = Bits(1) != 0;
        switch (Bits(2))
        {
            case 0:
                ReturnBits();
                var length = Input.ReadUInt16();
                if ((Input.ReadUInt16() ^ length) != 0xFFFF)
                    throw new CodecException("deflate: the length of a stored block is wrong.");
                _stored = length;
                _state = State.Stored;
                break;
            case 1:
                UseFixedTables();
                _state = State.Coded;
                break;
            case 2:
                ReadTables();
                _state = State.Coded;
                break;
            default:
                throw new CodecException("deflate: there is no such kind of block.");
        }
    }

    private void CopyStored()
    {
        var count = Math.Min(_stored, Output.Length - OutputMargin - OutputEnd);
        var got = Input.Read(Output.AsSpan(OutputEnd, count));
        OutputEnd += got;
        _stored -= got;
        if (got < count)
            throw CodecException.Truncated();
        if (_stored == 0)
            _state = State.Header;
    }

    private void CopyRest()
    {
        // Only deflate64 has matches that do not fit.
        var count = Math.Min(_copyLength, Output.Length - OutputMargin - OutputEnd);
        for (var left = count; left > 0; left--, OutputEnd++)
            Output[OutputEnd] = Output[OutputEnd - _copyDistance];
        _copyLength -= count;
        if (_copyLength == 0)
            _state = State.Coded;
    }

    private void UseFixedTables()
    {
        if (_fixedTables)
            return;
        var codes = _codes.AsSpan();
        codes[..144].Fill(8);
        codes[144..256].Fill(9);
        codes[256..280].Fill(7);
        codes[280..288].Fill(8);
        codes[288..320].Fill(5);
        BuildTables(288, 32);
        _fixedTables = true;
    }

    private void ReadTables()
    {
        var lengths = (int)Bits(5) + 257;
        var distances = (int)Bits(5) + 1;
        var codeLengths = (int)Bits(4) + 4;
        var codes = _codes.AsSpan();
        codes[..19].Clear();
        for (var index = 0; index < codeLengths; index++)
            codes[_codeLengthOrder[index]] = (byte)Bits(3);
        if (!_codeLengths.TryBuild(codes[..19], InflateSymbols.CodeLengths))
            throw new CodecException("deflate: a block's code lengths have too many codes.");
        if (lengths > 288)
            throw new CodecException("deflate: a block has too many lengths.");
        for (var index = 0; index < lengths + distances;)
        {
            Refill();
            var entry = _codeLengths.Entries[_bits & ((1u << _codeLengths.Bits) - 1)];
            if ((entry & InflateTable.Exceptional) != 0)
                throw new CodecException("deflate: a code length has no code.");
            Consume((int)(entry & 0xFF));
            var symbol = (int)(entry >> 16);
            if (symbol < 16)
            {
                codes[index++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && index == 0)
                throw new CodecException("deflate: the first code length repeats.");
            var value = symbol == 16 ? codes[index - 1] : (byte)0;
            var repeat = (int)(symbol switch { 16 => 3 + Bits(2), 17 => 3 + Bits(3), _ => 11 + Bits(7) });
            if (repeat > lengths + distances - index)
                throw new CodecException("deflate: a block's code lengths are too many.");
            codes.Slice(index, repeat).Fill(value);
            index += repeat;
        }

        BuildTables(lengths, distances);
    }

    private void BuildTables(int lengths, int distances)
    {
        _fixedTables = false;
        if (!_lengths.TryBuild(_codes.AsSpan(0, lengths), deflate64 ? InflateSymbols.Lengths64 : InflateSymbols.Lengths)
            || !_distances.TryBuild(_codes.AsSpan(lengths, distances), deflate64 ? InflateSymbols.Distances64 : InflateSymbols.Distances))
            throw new CodecException("deflate: a block has too many codes.");
    }

    private uint Bits(int count)
    {
        if (_bitCount < count)
            Refill();
        var value = (uint)(_bits & ((1u << count) - 1));
        Consume(count);
        return value;
    }

    private void Consume(int count)
    {
        _bits >>= count;
        _bitCount -= count;
    }

    private void Refill()
    {
        if (Input.Available < 8)
            Input.Ensure(InputMargin);
        if (Input.Position > Input.End + 8)
            throw CodecException.Truncated();
        _bits |= Unsafe.ReadUnaligned<ulong>(ref Input.Buffer[Input.Position]) << _bitCount;
        Input.Position += (63 - _bitCount) >> 3;
        _bitCount |= 56;
    }

    /// <summary>Gives back the whole bytes that were read ahead, and drops the bits before them.</summary>
    private void ReturnBits()
    {
        Input.Position -= _bitCount >> 3;
        _bits = 0;
        _bitCount = 0;
        if (Input.Position > Input.End)
            throw CodecException.Truncated();
    }

    /// <summary>
    /// The inner loop: decodes until the block ends (true), or the output is full, or the input has to be filled. The window is
    /// <see cref="DecoderStream.Output"/>; a position in it is also the number of bytes that a match may reach back.
    /// </summary>
    private unsafe bool DecodeBlock()
    {
        var ended = false;
        var bad = false;
        fixed (byte* inputBase = Input.Buffer)
        fixed (byte* outputBase = Output)
        fixed (uint* lengths = _lengths.Entries)
        fixed (uint* distances = _distances.Entries)
        {
            var source = inputBase + Input.Position;
            var sourceEnd = inputBase + (Input.Complete ? Input.End + 8 : Input.End - InputMargin);
            var target = outputBase + OutputEnd;
            var targetEnd = outputBase + Output.Length - OutputMargin;
            var bits = _bits;
            var count = _bitCount;
            var lengthBits = _lengths.Bits;
            var lengthMask = (1u << lengthBits) - 1;
            var distanceBits = _distances.Bits;
            var distanceMask = (1u << distanceBits) - 1;
            while (target < targetEnd && source <= sourceEnd)
            {
                bits |= *(ulong*)source << count;
                source += (63 - count) >> 3;
                count |= 56;
                var entry = lengths[(uint)bits & lengthMask];
                if ((entry & InflateTable.Literal) != 0)
                {
                    // At most 11 bits each: two more can be looked up before the bits have to be filled again.
                    bits >>= (byte)entry;
                    count -= (byte)entry;
                    *target++ = (byte)(entry >> 16);
                    entry = lengths[(uint)bits & lengthMask];
                    if ((entry & InflateTable.Literal) != 0)
                    {
                        bits >>= (byte)entry;
                        count -= (byte)entry;
                        *target++ = (byte)(entry >> 16);
                        entry = lengths[(uint)bits & lengthMask];
                        if ((entry & InflateTable.Literal) != 0)
                        {
                            bits >>= (byte)entry;
                            count -= (byte)entry;
                            *target++ = (byte)(entry >> 16);
                            continue;
                        }
                    }
                }

                if ((entry & InflateTable.Exceptional) != 0)
                {
                    if ((entry & InflateTable.SubTable) != 0)
                    {
                        bits >>= lengthBits;
                        count -= lengthBits;
                        entry = lengths[(entry >> 16) + ((uint)bits & ((1u << (byte)entry) - 1))];
                        if ((entry & InflateTable.Literal) != 0)
                        {
                            bits >>= (byte)entry;
                            count -= (byte)entry;
                            *target++ = (byte)(entry >> 16);
                            continue;
                        }
                    }

                    if ((entry & InflateTable.Exceptional) != 0)
                    {
                        ended = entry >> 16 == 256;
                        bad = !ended;
                        bits >>= (byte)entry;
                        count -= (byte)entry;
                        break;
                    }
                }

                var length = (int)((entry >> 16) + (uint)((bits & ((1UL << (byte)entry) - 1)) >> (int)(entry >> 8 & 31)));
                bits >>= (byte)entry;
                count -= (byte)entry;
                if (count < 32)
                {
                    bits |= *(ulong*)source << count;
                    source += (63 - count) >> 3;
                    count |= 56;
                }

                entry = distances[(uint)bits & distanceMask];
                if ((entry & InflateTable.Exceptional) != 0)
                {
                    if ((entry & InflateTable.SubTable) != 0)
                    {
                        bits >>= distanceBits;
                        count -= distanceBits;
                        entry = distances[(entry >> 16) + ((uint)bits & ((1u << (byte)entry) - 1))];
                    }

                    if ((entry & InflateTable.Exceptional) != 0)
                    {
                        bad = true;
                        break;
                    }
                }

                var distance = (nint)((entry >> 16) + (uint)((bits & ((1UL << (byte)entry) - 1)) >> (int)(entry >> 8 & 31)));
                bits >>= (byte)entry;
                count -= (byte)entry;
                if (distance > target - outputBase)
                {
                    bad = true;
                    break;
                }

                if (length > 258)
                {
                    _copyLength = length;
                    _copyDistance = (int)distance;
                    _state = State.Copy;
                    break;
                }

                var from = target - distance;
                var end = target + length;
                if (distance >= 16)
                {
                    do
                    {
                        Vector128.Store(Vector128.Load(from), target);
                        from += 16;
                        target += 16;
                    }
                    while (target < end);
                }
                else if (distance >= 8)
                {
                    do
                    {
                        *(ulong*)target = *(ulong*)from;
                        from += 8;
                        target += 8;
                    }
                    while (target < end);
                }
                else if (distance == 1)
                {
                    var run = Vector128.Create(*from);
                    do
                    {
                        Vector128.Store(run, target);
                        target += 16;
                    }
                    while (target < end);
                }
                else
                {
                    do
                    {
                        *target++ = *from++;
                    }
                    while (target < end);
                }

                target = end;
            }

            _bits = bits;
            _bitCount = count;
            Input.Position = (int)(source - inputBase);
            OutputEnd = (int)(target - outputBase);
        }

        if (Input.Position - (_bitCount >> 3) > Input.End)
            throw CodecException.Truncated();
        return bad ? throw new CodecException("deflate: a code or a distance does not exist.") : ended;
    }
}
