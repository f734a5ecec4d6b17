using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>
/// Decodes a compressed stream (LZNT1, [MS-XCA] 2.5). Its clusters make units of usually 16; one that is stored whole is plain, one that is all
/// hole is zeros, and what lies between is compressed, in chunks of 4 KiB.
/// </summary>
internal sealed class LzntStream : DecoderStream
{
    private const int ChunkLength = 4096;
    private const int MinMatch = 3;

    private readonly PieceStream _content;
    private readonly List<Piece> _pieces;
    private readonly long _unitLength;
    private readonly byte[] _stored;
    private int _piece;
    private long _within;
    private long _left;

    public LzntStream(List<Piece> pieces, long unitLength, long length, ScanBudget budget)
        : base(new CodecInput(budget))
    {
        if (unitLength > 8 << 20)
            throw new CodecException("lznt: the unit is too long.", NotScannedReason.Unsupported);
        (_pieces, _unitLength, _left) = (pieces, unitLength, length);
        _content = new(pieces);
        _stored = new byte[unitLength];
        Output = new byte[unitLength];
    }

    protected override void Produce()
    {
        if (_left <= 0)
        {
            Finished = true;
            return;
        }

        var there = StoredOfUnit();
        var position = _content.Position;
        if (position >= _content.Length)
            throw CodecException.Truncated();
        var wanted = (int)Math.Min(_unitLength, _left);
        OutputStart = 0;
        OutputEnd = wanted;
        if (there == 0)
        {
            Output.AsSpan(0, wanted).Clear();
        }
        else if (there == _unitLength)
        {
            Budget.ChargeRead(wanted);
            if (_content.ReadAtLeast(Output.AsSpan(0, wanted), wanted, throwOnEndOfStream: false) < wanted)
                throw CodecException.Truncated();
        }
        else
        {
            var count = _content.ReadAtLeast(_stored.AsSpan(0, (int)there), (int)there, throwOnEndOfStream: false);
            Budget.ChargeRead(count);
            var done = Decode(_stored.AsSpan(0, count), Output, out var isSound);
            if (!isSound)
                throw new CodecException("lznt: a unit cannot be decoded.");
            if (done < wanted)
                Output.AsSpan(done, wanted - done).Clear();
        }

        _content.Position = position + _unitLength;
        _left -= wanted;
    }

    protected override void Dispose(bool disposing)
    {
        _content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Decodes a unit; returns how many bytes came.</summary>
    internal static int Decode(ReadOnlySpan<byte> stored, Span<byte> output, out bool isSound)
    {
        var done = 0;
        isSound = true;
        while (stored.Length >= 2 && done < output.Length)
        {
            int header = BinaryPrimitives.ReadUInt16LittleEndian(stored);
            if (header == 0)
                return done;
            var length = (header & 0xFFF) + 1;
            stored = stored[2..];
            var room = output[done..Math.Min(output.Length, done + ChunkLength)];
            isSound = length <= stored.Length;
            var chunk = stored[..Math.Min(length, stored.Length)];
            if ((header & 0x8000) != 0)
            {
                done += DecodeChunk(chunk, room, ref isSound);
            }
            else
            {
                var count = Math.Min(chunk.Length, room.Length);
                chunk[..count].CopyTo(room);
                done += count;
            }

            if (!isSound)
                return done;
            stored = stored[length..];
            // A chunk may be short; the next one begins at its own place all the same.
            if (stored.Length >= 2 && done % ChunkLength != 0 && done < output.Length)
            {
                var next = Math.Min(output.Length, (done + ChunkLength - 1) / ChunkLength * ChunkLength);
                output[done..next].Clear();
                done = BinaryPrimitives.ReadUInt16LittleEndian(stored) == 0 ? done : next;
            }
        }

        return done;
    }

    /// <summary>
    /// Flags for eight items each: literal bytes, or pairs of a distance and a length, which share 16 bits so that the distance has as many as
    /// the position in the chunk needs.
    /// </summary>
    private static int DecodeChunk(ReadOnlySpan<byte> chunk, Span<byte> output, ref bool isSound)
    {
        int at = 0, done = 0;
        while (at < chunk.Length)
        {
            int flags = chunk[at++];
            for (var item = 0; item < 8 && at < chunk.Length; item++, flags >>= 1)
            {
                if ((flags & 1) == 0)
                {
                    if (done >= output.Length)
                        return done;
                    output[done++] = chunk[at++];
                    continue;
                }

                if (at + 2 > chunk.Length)
                {
                    isSound = false;
                    return done;
                }

                int pair = BinaryPrimitives.ReadUInt16LittleEndian(chunk[at..]);
                at += 2;
                var distanceBits = 4;
                while (1 << distanceBits < done)
                    distanceBits++;
                var distance = (pair >> (16 - distanceBits)) + 1;
                var length = (pair & 0xFFFF >> distanceBits) + MinMatch;
                if (distance > done)
                {
                    isSound = false;
                    return done;
                }

                for (var end = Math.Min(output.Length, done + length); done < end; done++)
                    output[done] = output[done - distance];
            }
        }

        return done;
    }

    /// <summary>How much of the unit at the content's position is no hole.</summary>
    private long StoredOfUnit()
    {
        long stored = 0;
        for (var left = _unitLength; left > 0 && _piece < _pieces.Count;)
        {
            var count = Math.Min(left, _pieces[_piece].Length - _within);
            stored += _pieces[_piece].Source is null ? 0 : count;
            left -= count;
            _within += count;
            if (_within == _pieces[_piece].Length)
                (_piece, _within) = (_piece + 1, 0);
        }

        return stored;
    }
}
