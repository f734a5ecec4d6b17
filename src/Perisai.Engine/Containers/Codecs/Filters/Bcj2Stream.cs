namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>
/// Puts the four streams of BCJ2 together again: x86 code without the operands of its calls and jumps, the operands of calls (E8), those
/// of jumps (E9 and 0F 80 to 0F 8F), and a range-coded stream of bits that tell for each of these opcodes whether its operand was taken
/// out. Operands were made absolute and are big-endian (LZMA SDK, Bcj2.c).
/// </summary>
internal sealed class Bcj2Stream(CodecInput code, CodecInput calls, CodecInput jumps, CodecInput choices, long length) : DecoderStream(code)
{
    private const int ChanceBits = 11;
    private const int LearningShift = 5;
    private const uint LowestRange = 1 << 24;

    /// <summary>Chances of the opcodes: 0F 8x, E9, and E8 by the byte before it.</summary>
    private readonly ushort[] _chances = MakeChances();
    private readonly byte[] _buffer = new byte[32 << 10];
    private bool _started;
    private uint _range = uint.MaxValue;
    private uint _code;
    private byte _previous;
    private long _done;

    protected override void Produce()
    {
        Output = _buffer;
        OutputStart = OutputEnd = 0;
        if (!_started)
            Start();
        if (_done >= length)
        {
            Finished = true;
            return;
        }

        // What was put together before the data ends is handed out: OutputEnd goes along.
        var end = (int)Math.Min(_buffer.Length - 4, length - _done);
        while (OutputEnd < end)
        {
            if (Input.Available <= 0 && !Input.Fill())
                throw CodecException.Truncated();
            var value = Input.Buffer[Input.Position++];
            Put(value);
            if (((value & 0xFE) == 0xE8 || _previous == 0x0F && (value & 0xF0) == 0x80) && _done < length)
            {
                if (!Choose(value == 0xE8 ? 2 + _previous : value == 0xE9 ? 1 : 0))
                {
                    _previous = value;
                    continue;
                }

                var operands = value == 0xE8 ? calls : jumps;
                var target = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(operands.ReadUInt32()) - (uint)(_done + 4);
                for (var index = 0; index < 4 && _done < length; index++)
                    Put((byte)(target >> 8 * index));
                _previous = (byte)(target >> 24);
                continue;
            }

            _previous = value;
        }
    }

    private void Put(byte value)
    {
        _buffer[OutputEnd++] = value;
        _done++;
    }

    private void Start()
    {
        if (choices.ReadByte() != 0)
            throw new CodecException("bcj2: the first byte of the choices is not zero.");
        for (var index = 0; index < 4; index++)
            _code = _code << 8 | choices.ReadByte();
        _started = true;
    }

    private bool Choose(int model)
    {
        if (_range < LowestRange)
        {
            _range <<= 8;
            _code = _code << 8 | choices.ReadByte();
        }

        uint chance = _chances[model];
        var bound = (_range >> ChanceBits) * chance;
        if (_code < bound)
        {
            _range = bound;
            _chances[model] = (ushort)(chance + (((1u << ChanceBits) - chance) >> LearningShift));
            return false;
        }

        _range -= bound;
        _code -= bound;
        _chances[model] = (ushort)(chance - (chance >> LearningShift));
        return true;
    }

    private static ushort[] MakeChances()
    {
        var chances = new ushort[2 + 256];
        chances.AsSpan().Fill(1 << (ChanceBits - 1));
        return chances;
    }
}
