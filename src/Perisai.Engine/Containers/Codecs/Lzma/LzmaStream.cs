using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Lzma;

/// <summary>
/// Raw LZMA whose properties the container gives (7z, zip), or LZMA alone, whose 13-byte header begins the input.
/// </summary>
internal sealed class LzmaStream : DecoderStream
{
    public const int PropertiesLength = 5;
    private const int Step = 128 << 10;

    private readonly LzmaDecoder _decoder = new();
    private readonly byte[]? _properties;
    private LzmaWindow? _window;
    private long _left;
    private bool _markerExpected;
    private readonly bool _inZip;

    /// <summary>Raw LZMA.</summary>
    /// <param name="properties">lc, lp, pb in a byte, and the dictionary size in four.</param>
    /// <param name="length">The length of the output; -1 where an end marker tells it.</param>
    public LzmaStream(CodecInput input, ReadOnlySpan<byte> properties, long length)
        : base(input)
    {
        _properties = properties.ToArray();
        _left = length;
    }

    /// <summary>LZMA alone.</summary>
    public LzmaStream(CodecInput input)
        : base(input)
    {
    }

    /// <summary>LZMA in zip: two bytes of version and two of the properties' length, and the properties, come first.</summary>
    public LzmaStream(CodecInput input, long length)
        : base(input)
    {
        _left = length;
        _inZip = true;
    }

    protected override void Produce()
    {
        var window = _window ??= Start();
        if (_left == 0)
        {
            Finish(window);
            return;
        }

        window.MakeRoom();
        var start = window.Position;
        var count = (int)Math.Min(_left, Math.Min(Step, window.Capacity - start));
        try
        {
            _decoder.Decode(Input, window, start + count);
        }
        finally
        {
            Output = window.Buffer;
            OutputStart = start;
            OutputEnd = window.Position;
        }

        _left -= OutputEnd - OutputStart;
        if (!_decoder.AtEndMarker)
            return;
        if (!_markerExpected && _left > 0)
            AddFault("lzma.wrong-length", "An end marker stands before the declared end.");
        Finished = true;
    }

    protected override void ReleaseMemory()
    {
        OutputStart = OutputEnd = 0;
        Output = [];
        _window?.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        ReleaseMemory();
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    private LzmaWindow Start()
    {
        var properties = _properties;
        if (_inZip)
        {
            Input.Take(2);
            properties = Input.Take(Input.ReadUInt16()).ToArray();
        }
        else if (properties is null)
        {
            properties = Input.Take(PropertiesLength).ToArray();
            _left = (long)Input.ReadUInt64();
        }

        if (properties.Length < PropertiesLength || !_decoder.TrySetProperties(properties[0]))
            throw new CodecException("lzma: bad properties.");
        _markerExpected = _left < 0;
        if (_markerExpected)
            _left = long.MaxValue;
        var window = new LzmaWindow(BinaryPrimitives.ReadUInt32LittleEndian(properties.AsSpan(1)), _left, Budget);
        _decoder.Start(Input);
        return window;
    }

    private void Finish(LzmaWindow window)
    {
        // A marker may follow although the length is known.
        if (!_decoder.IsCodeZero)
            _decoder.TryReadEndMarker(Input, window);
        Finished = true;
    }
}
