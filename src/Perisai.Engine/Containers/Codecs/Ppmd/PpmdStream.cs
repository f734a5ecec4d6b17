using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Ppmd;

/// <summary>PPMd, variant H, with its range coder, as in 7z. Properties: the order, and the memory in four bytes.</summary>
internal sealed class PpmdStream(CodecInput input, byte[] properties, long length) : DecoderStream(input)
{
    public const int PropertiesLength = 5;

    private const uint MinMemory = 1 << 11;
    private const int MinOrder = 2;

    private readonly byte[] _buffer = new byte[32 << 10];
    private PpmdModel? _model;
    private PpmdRange _range;
    private long _left = length < 0 ? long.MaxValue : length;

    protected override void Produce()
    {
        if (_model is null)
            Start();
        Output = _buffer;
        OutputStart = OutputEnd = 0;
        var end = (int)Math.Min(_buffer.Length, _left);
        // What was decoded before the data ends is handed out: OutputEnd goes along.
        while (OutputEnd < end)
        {
            var symbol = _model!.Decode(ref _range);
            if (symbol == PpmdModel.BadData)
                throw new CodecException("ppmd: a code outside its range.");
            if (symbol == PpmdModel.EndMark)
            {
                _left = 0;
                Finished = OutputEnd == 0;
                return;
            }

            _buffer[OutputEnd++] = (byte)symbol;
            _left--;
        }

        Finished = end == 0;
    }

    private void Start()
    {
        var memory = properties.Length < PropertiesLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(properties.AsSpan(1));
        if (memory < MinMemory || properties[0] is < MinOrder or > PpmdModel.MaxOrder)
            throw new CodecException("ppmd: bad properties.");
        if (!Budget.AllowsDecoderMemory(memory) || memory > Array.MaxLength - 1024)
            throw CodecException.TooMuchMemory(memory);
        _model = new(new((int)memory), properties[0]);
        _range = new(Input);
        _range.Start();
    }

    protected override void Dispose(bool disposing)
    {
        _model = null;
        base.Dispose(disposing);
    }
}
