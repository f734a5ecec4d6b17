using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.SquashFs;

/// <summary>
/// Reads metadata, a stream that was cut into blocks of 8 KiB, each behind two bytes with its stored length. A place is that of a stored block
/// and an offset in what it holds. A few decoded blocks are kept.
/// </summary>
internal sealed class SquashFsMetadata(ByteSource source, SquashFsBlocks blocks)
{
    private const int BlockLength = 8192;
    private const int Kept = 16;

    private readonly record struct Block(long Offset, byte[] Content, int Length, long Next);

    private readonly Block[] _kept = new Block[Kept];
    private int _oldest;
    private Block _current;
    private int _at;

    /// <summary>Moves to a place. False: there is none.</summary>
    public bool TryMove(long block, int offset)
    {
        if (!TryLoad(block) || offset > _current.Length)
            return false;
        _at = offset;
        return true;
    }

    /// <summary>Fills the destination from here on, over the ends of blocks. False: the metadata end before.</summary>
    public bool TryRead(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_at == _current.Length)
            {
                if (_current.Length == 0 || !TryLoad(_current.Next))
                    return false;
                _at = 0;
                continue;
            }

            var count = Math.Min(destination.Length, _current.Length - _at);
            _current.Content.AsSpan(_at, count).CopyTo(destination);
            destination = destination[count..];
            _at += count;
        }

        return true;
    }

    private bool TryLoad(long offset)
    {
        foreach (var kept in _kept)
        {
            if (kept.Content is not null && kept.Offset == offset)
            {
                _current = kept;
                return true;
            }
        }

        Span<byte> header = stackalloc byte[2];
        if (offset <= 0 || source.Read(offset, header) < header.Length)
            return false;
        int value = BinaryPrimitives.ReadUInt16LittleEndian(header);
        var stored = value & 0x7FFF;
        if (stored == 0 || stored > BlockLength)
            return false;
        try
        {
            var content = new byte[BlockLength];
            var length = blocks.Read(offset + header.Length, stored, (value & 0x8000) == 0, content);
            _current = new(offset, content, length, offset + header.Length + stored);
        }
        catch (CodecException)
        {
            return false;
        }

        if (_current.Length == 0)
            return false;
        _kept[_oldest] = _current;
        _oldest = (_oldest + 1) % Kept;
        return true;
    }
}
