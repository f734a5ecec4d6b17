using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.BinHex;

/// <summary>
/// The text between the colons: six bits a character, then runs: 90 and a count repeat the byte before, 90 and 0 stand for 90. Line ends and
/// blanks do not count.
/// </summary>
internal sealed class BinHexStream(CodecInput input) : DecoderStream(input)
{
    private const byte RunMark = 0x90;
    private const byte None = 0xFF;
    private const int Room = 16 << 10;

    private static readonly byte[] _values = MakeValues();

    private readonly byte[] _output = new byte[Room + 256];
    private uint _bits;
    private int _count;
    private byte _last;
    private bool _runDue;
    private bool _badReported;

    protected override void Produce()
    {
        Output = _output;
        OutputStart = OutputEnd = 0;
        while (OutputEnd < Room)
        {
            if (Input.Available <= 0 && !Input.Fill())
                throw CodecException.Truncated();
            var character = Input.Buffer[Input.Position++];
            if (character == ':')
            {
                Finished = true;
                return;
            }

            var value = _values[character];
            if (value == None)
            {
                if (character > ' ' && !_badReported)
                {
                    _badReported = true;
                    AddFault(BinHexFaults.BadCharacter);
                }

                continue;
            }

            _bits = _bits << 6 | value;
            _count += 6;
            if (_count < 8)
                continue;
            _count -= 8;
            Put((byte)(_bits >> _count));
        }
    }

    private void Put(byte value)
    {
        if (_runDue)
        {
            _runDue = false;
            if (value == 0)
            {
                _last = RunMark;
                _output[OutputEnd++] = RunMark;
                return;
            }

            _output.AsSpan(OutputEnd, value - 1).Fill(_last);
            OutputEnd += value - 1;
        }
        else if (value == RunMark)
        {
            _runDue = true;
        }
        else
        {
            _last = value;
            _output[OutputEnd++] = value;
        }
    }

    private static byte[] MakeValues()
    {
        var values = new byte[256];
        values.AsSpan().Fill(None);
        var alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"u8;
        for (var index = 0; index < alphabet.Length; index++)
            values[alphabet[index]] = (byte)index;
        return values;
    }
}
