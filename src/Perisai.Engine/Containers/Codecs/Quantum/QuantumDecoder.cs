namespace Perisai.Engine.Containers.Codecs.Quantum;

/// <summary>
/// Decodes Quantum, David Stafford's method of early cabinets, after the description that Matthew Russotto worked out: an arithmetic coder over nine
/// adaptive models. Frames of 32 KiB have their own bytes of input, and share the window and the models.
/// </summary>
internal sealed class QuantumDecoder
{
    private const int MinWindowBits = 10;
    private const int MaxWindowBits = 21;
    private const int FrameLength = 32 << 10;

    private static readonly (int Base, int Extra)[] _distances = MakeDistances();
    private static readonly (int Base, int Extra)[] _lengths = MakeLengths();

    private readonly byte[] _window;
    private readonly int _mask;
    private readonly QuantumModel[] _literals = [new(0, 64), new(64, 64), new(128, 64), new(192, 64)];
    private readonly QuantumModel _distanceOfThree;
    private readonly QuantumModel _distanceOfFour;
    private readonly QuantumModel _distance;
    private readonly QuantumModel _length = new(0, 27);
    private readonly QuantumModel _selector = new(0, 7);
    private int _position;

    /// <exception cref="CodecException">There is no such window.</exception>
    public QuantumDecoder(int windowBits)
    {
        if (windowBits is < MinWindowBits or > MaxWindowBits)
            throw new CodecException($"quantum: a window of {windowBits} bits.", NotScannedReason.Unsupported);
        // What a frame holds is taken from the window, so that it has room for one frame at least; matches reach no farther than they may.
        _window = new byte[Math.Max(1 << windowBits, FrameLength)];
        _mask = _window.Length - 1;
        var slots = windowBits * 2;
        _distanceOfThree = new(0, Math.Min(slots, 24));
        _distanceOfFour = new(0, Math.Min(slots, 36));
        _distance = new(0, slots);
    }

    /// <summary>Decodes a frame. Returns how much of it there is; less than all where <paramref name="failure"/> tells what was wrong.</summary>
    public int DecodeFrame(ReadOnlySpan<byte> data, Span<byte> output, out string? failure)
    {
        failure = null;
        if (output.Length > FrameLength)
        {
            failure = "quantum: a frame is too long.";
            return 0;
        }

        var start = _position;
        try
        {
            Decode(data, start + output.Length);
        }
        catch (CodecException exception)
        {
            failure = exception.Message;
        }

        for (var at = start; at < _position; at++)
            output[at - start] = _window[at & _mask];
        var count = _position - start;
        if (_position > 1 << 30)
            _position = (_position & _mask) + _window.Length;
        return count;
    }

    private void Decode(ReadOnlySpan<byte> data, int end)
    {
        var coder = new QuantumCoder(data);
        while (_position < end)
        {
            var selector = coder.Decode(_selector);
            if (selector < 4)
            {
                _window[_position++ & _mask] = (byte)coder.Decode(_literals[selector]);
                continue;
            }

            var (length, model) = selector switch
            {
                4 => (3, _distanceOfThree),
                5 => (4, _distanceOfFour),
                _ => (5 + ReadValue(ref coder, _lengths, _length), _distance),
            };
            var distance = ReadValue(ref coder, _distances, model) + 1;
            if (length > end - _position)
                throw new CodecException("quantum: a match is too long.");
            if (distance > _window.Length)
                throw new CodecException("quantum: a distance is too large.");
            for (; length > 0; length--, _position++)
                _window[_position & _mask] = _window[(_position - distance) & _mask];
        }
    }

    private static int ReadValue(ref QuantumCoder coder, (int Base, int Extra)[] table, QuantumModel model)
    {
        var (start, extra) = table[coder.Decode(model)];
        return start + coder.ReadBits(extra);
    }

    private static (int Base, int Extra)[] MakeDistances()
    {
        var slots = new (int, int)[MaxWindowBits * 2];
        var start = 0;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var extra = slot < 4 ? 0 : slot / 2 - 1;
            slots[slot] = (start, extra);
            start += 1 << extra;
        }

        return slots;
    }

    /// <summary>Six lengths by themselves, then groups of four with one to five more bits, and the longest one by itself.</summary>
    private static (int Base, int Extra)[] MakeLengths()
    {
        var slots = new (int, int)[27];
        var start = 0;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var extra = slot < 6 || slot == 26 ? 0 : (slot - 2) / 4;
            slots[slot] = (start, extra);
            start += 1 << extra;
        }

        return slots;
    }
}
