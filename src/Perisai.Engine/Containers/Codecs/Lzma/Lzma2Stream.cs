namespace Perisai.Engine.Containers.Codecs.Lzma;

/// <summary>Raw LZMA2, as in 7z.</summary>
internal sealed class Lzma2Stream(CodecInput input, long dictionary, long length) : DecoderStream(input)
{
    private Lzma2Decoder? _decoder;

    protected override void Produce()
    {
        _decoder ??= new(dictionary, length, Budget);
        try
        {
            _decoder.Produce(Input);
        }
        finally
        {
            // What came before the damage is handed out.
            Output = _decoder.Buffer;
            OutputStart = _decoder.Start;
            OutputEnd = _decoder.End;
        }

        Finished = _decoder.Finished;
    }

    protected override void ReleaseMemory()
    {
        OutputStart = OutputEnd = 0;
        Output = [];
        _decoder?.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        ReleaseMemory();
        base.Dispose(disposing);
    }
}
