using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.Szdd;

/// <summary>Method 4 of KWAJ: blocks of MSZIP, each behind its length in two bytes; a length of 0 ends them. Blocks refer back to those before.</summary>
internal sealed class KwajZipStream(CodecInput input) : DecoderStream(input)
{
    private const int BlockLength = 32 << 10;

    private readonly byte[] _output = new byte[BlockLength + 1];
    private InflateStream? _inflate;

    protected override void Produce()
    {
        int length = 0;
        if (Input.Ensure(1))
            length = Input.ReadUInt16();
        if (length == 0)
        {
            Finished = true;
            return;
        }

        var stored = new byte[length];
        if (Input.Read(stored) < length)
            throw CodecException.Truncated();
        if (!stored.AsSpan().StartsWith("CK"u8))
            throw new CodecException("mszip: the mark of a block is missing.");
        using var block = new MemoryByteSource(stored.AsMemory(2));
        if (_inflate is null)
        {
            _inflate = new InflateStream(new CodecInput(block, 0, block.Length, Budget));
        }
        else
        {
            _inflate.Input.Reset(block, 0, block.Length);
            _inflate.ResetKeepingHistory();
        }

        Output = _output;
        OutputStart = OutputEnd = 0;
        int count;
        while (OutputEnd <= BlockLength && (count = _inflate.Read(_output.AsSpan(OutputEnd))) > 0)
            OutputEnd += count;
        if (OutputEnd > BlockLength)
            throw new CodecException("mszip: a block is too long.");
    }

    protected override void Dispose(bool disposing)
    {
        _inflate?.Dispose();
        _inflate?.Input.Dispose();
        _inflate = null;
        base.Dispose(disposing);
    }
}
