namespace Perisai.Engine.Containers.Codecs.Lzma;

/// <summary>
/// LZMA2: chunks of LZMA or of plain bytes, each with its lengths, that may reset the state, the properties and the dictionary.
/// Described in the xz file format and by the LZMA SDK's Lzma2Dec.
/// </summary>
internal sealed class Lzma2Decoder(long dictionary, long length, ScanBudget budget) : IDisposable
{
    private enum Chunk
    {
        None,
        Plain,
        Coded,
    }

    /// <summary>Output at a time: small enough that the bytes are still in the cache when they are looked at.</summary>
    private const int Step = 128 << 10;

    private readonly LzmaWindow _window = new(dictionary, length, budget);
    private readonly LzmaDecoder _decoder = new();
    private Chunk _chunk;
    private int _left;
    private long _chunkEnd;
    private bool _dictionaryNeeded = true;
    private bool _propertiesNeeded = true;

    public bool Finished { get; private set; }

    public byte[] Buffer => _window.Buffer;

    /// <summary>The range of <see cref="Buffer"/> that the last call produced, also where it threw.</summary>
    public int Start { get; private set; }

    public int End => _window.Position;

    /// <summary>Decodes some more.</summary>
    /// <exception cref="CodecException">The data is not LZMA2.</exception>
    public void Produce(CodecInput input)
    {
        _window.MakeRoom();
        Start = _window.Position;
        if (_chunk == Chunk.None && !ReadChunkHeader(input))
        {
            Finished = true;
            return;
        }

        var count = Math.Min(_left, Math.Min(Step, _window.Capacity - _window.Position));
        if (_chunk == Chunk.Plain)
        {
            var got = _window.Append(input, count);
            _decoder.Advance(got);
            _left -= got;
            if (got < count)
                throw CodecException.Truncated();
        }
        else
        {
            _decoder.Decode(input, _window, _window.Position + count);
            _left -= count;
            if (_decoder.AtEndMarker)
                throw new CodecException("lzma2: an end marker within a chunk.");
        }

        if (_left > 0)
            return;
        if (_chunk == Chunk.Coded && input.Consumed != _chunkEnd)
            throw new CodecException("lzma2: a chunk's compressed length is wrong.");
        _chunk = Chunk.None;
    }

    public void Dispose()
    {
        _window.Dispose();
        _decoder.Dispose();
    }

    private bool ReadChunkHeader(CodecInput input)
    {
        var control = input.ReadByte();
        if (control == 0)
            return false;
        if (control >= 0xE0 || control == 1)
        {
            _window.Filled = 0;
            _decoder.ResetPosition();
            _dictionaryNeeded = false;
            // Distances of the old state must not reach into the new dictionary.
            _propertiesNeeded = true;
        }
        else if (_dictionaryNeeded)
        {
            throw new CodecException("lzma2: the first chunk does not reset the dictionary.");
        }

        if (control < 0x80)
        {
            if (control > 2)
                throw new CodecException("lzma2: there is no such kind of chunk.");
            _left = (input.ReadByte() << 8 | input.ReadByte()) + 1;
            _chunk = Chunk.Plain;
            return true;
        }

        _left = ((control & 0x1F) << 16 | input.ReadByte() << 8 | input.ReadByte()) + 1;
        var stored = (input.ReadByte() << 8 | input.ReadByte()) + 1;
        if (control >= 0xC0)
        {
            var properties = input.ReadByte();
            // lc + lp may be 4 at most here, which keeps the models small.
            if (properties % 9 + properties / 9 % 5 > 4 || !_decoder.TrySetProperties(properties))
                throw new CodecException("lzma2: bad properties.");
            _propertiesNeeded = false;
        }
        else if (_propertiesNeeded)
        {
            throw new CodecException("lzma2: the first chunk has no properties.");
        }
        else if (control >= 0xA0)
        {
            _decoder.ResetState();
        }

        _chunkEnd = input.Consumed + stored;
        _decoder.Start(input);
        _chunk = Chunk.Coded;
        return true;
    }
}
