using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.InstallShield;

/// <summary>Chunks behind their lengths in two bytes, each a deflate stream of its own.</summary>
internal sealed class ChunkStream(CodecInput input) : DecoderStream(input)
{
    private const int Room = 64 << 10;

    private readonly byte[] _output = new byte[Room];
    private InflateStream? _inflate;
    private bool _inside;

    protected override void Produce()
    {
        Output = _output;
        OutputStart = OutputEnd = 0;
        if (!_inside && !Begin())
        {
            Finished = true;
            return;
        }

        OutputEnd = _inflate!.Read(_output);
        _inside = OutputEnd > 0;
    }

    protected override void Dispose(bool disposing)
    {
        _inflate?.Dispose();
        _inflate?.Input.Dispose();
        _inflate = null;
        base.Dispose(disposing);
    }

    private bool Begin()
    {
        if (!Input.Ensure(1))
            return false;
        var length = Input.ReadUInt16();
        // A byte more than there is: some encoders leave out the last one, which is 0.
        var chunk = new byte[length + 1];
        if (Input.Read(chunk.AsSpan(0, length)) < length)
            throw CodecException.Truncated();
        var source = new MemoryByteSource(chunk);
        if (_inflate is null)
        {
            _inflate = new InflateStream(new CodecInput(source, 0, source.Length, Budget));
        }
        else
        {
            _inflate.Input.Reset(source, 0, source.Length);
            _inflate.Reset();
        }

        _inside = true;
        return true;
    }
}
