using System.Buffers;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Bzip2;

namespace Perisai.Engine.Containers.Nsis;

/// <summary>
/// NSIS's own bzip2: no header, no checksums, no randomised blocks; a block begins with the byte 31, the end is the byte 17.
/// </summary>
internal sealed class NsisBzip2Stream(CodecInput input) : DecoderStream(input)
{
    private const int BlockSize = 900_000;
    private const int Step = 64 << 10;

    private readonly Bzip2Block _block = new();
    private Bzip2Bits _bits;
    private bool _inside;

    protected override void Produce()
    {
        if (!_inside)
        {
            switch (_bits.Read(Input, 8))
            {
                case 0x31:
                    _block.Read(Input, ref _bits, BlockSize, mayBeRandomised: false);
                    _inside = true;
                    break;
                case 0x17:
                    _bits.ReturnTo(Input);
                    Finished = true;
                    break;
                default:
                    throw new CodecException("bzip2: neither a block nor the end.");
            }

            return;
        }

        if (Output.Length == 0)
            Output = ArrayPool<byte>.Shared.Rent(Step);
        OutputStart = 0;
        OutputEnd = _block.Write(Output);
        _inside = OutputEnd > 0;
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
}
