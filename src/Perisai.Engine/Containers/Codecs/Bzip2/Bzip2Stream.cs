using System.Buffers;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Codecs.Bzip2;

/// <summary>
/// Decodes bzip2, also several streams behind one another as pbzip2 writes them. There is no official description; the format is
/// told by the "bzip2 format specification" of Joe Tsai. Randomised blocks (before bzip2 0.9.5, 1999) are not supported.
/// </summary>
internal sealed class Bzip2Stream(CodecInput input) : DecoderStream(input)
{
    private enum State
    {
        StreamHeader,
        BlockHeader,
        Block,
    }

    private const int Step = 128 << 10;
    private const ulong BlockMagic = 0x314159265359;
    private const ulong EndMagic = 0x177245385090;

    private static readonly Crc32ParameterSet _crc = Crc32ParameterSet.Create(0x04C11DB7, uint.MaxValue, uint.MaxValue, false);

    private readonly Bzip2Block _block = new();
    private readonly Crc32 _checksum = new(_crc);
    private Bzip2Bits _bits;
    private State _state;
    private int _blockSize;
    private uint _blockChecksum;
    private uint _streamChecksum;

    protected override void Produce()
    {
        switch (_state)
        {
            case State.StreamHeader:
                ReadStreamHeader();
                break;
            case State.BlockHeader:
                ReadBlockHeader();
                break;
            default:
                WriteBlock();
                break;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (Output.Length > 0)
            ArrayPool<byte>.Shared.Return(Output);
        Output = [];
        OutputStart = OutputEnd = 0;
        _block.Dispose();
        base.Dispose(disposing);
    }

    private void ReadStreamHeader()
    {
        if (!Bzip2Format.IsHeader(Input.Peek(4)))
            throw new CodecException("bzip2: the header is missing.");
        _blockSize = (Input.Take(4)[3] - '0') * 100_000;
        _bits = default;
        _streamChecksum = 0;
        _state = State.BlockHeader;
    }

    private void ReadBlockHeader()
    {
        var magic = (ulong)_bits.Read(Input, 24) << 24 | _bits.Read(Input, 24);
        var checksum = _bits.Read(Input, 16) << 16 | _bits.Read(Input, 16);
        switch (magic)
        {
            case BlockMagic:
                _blockChecksum = checksum;
                _block.Read(Input, ref _bits, _blockSize);
                _checksum.Reset();
                _state = State.Block;
                break;
            case EndMagic:
                if (checksum != _streamChecksum)
                    AddFault(Bzip2Format.StreamChecksum);
                _bits.ReturnTo(Input);
                if (Bzip2Format.IsHeader(Input.Peek(4)))
                    _state = State.StreamHeader;
                else
                    Finished = true;
                break;
            default:
                throw new CodecException("bzip2: neither a block nor the end.");
        }
    }

    private void WriteBlock()
    {
        if (Output.Length == 0)
            Output = ArrayPool<byte>.Shared.Rent(Step);
        OutputStart = 0;
        OutputEnd = _block.Write(Output);
        _checksum.Append(Output.AsSpan(0, OutputEnd));
        if (OutputEnd > 0)
            return;
        var checksum = _checksum.GetCurrentHashAsUInt32();
        if (checksum != _blockChecksum)
            AddFault(Bzip2Format.BlockChecksum);
        _streamChecksum = (_streamChecksum << 1 | _streamChecksum >> 31) ^ checksum;
        _state = State.BlockHeader;
    }
}
