using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Arc;

/// <summary>Runs: the byte 90 (hexadecimal) and a count repeat the byte before them that often in all; a count of 0 stands for the byte 90 itself.</summary>
internal sealed class RepeatStream : DecoderStream
{
    private const byte Mark = 0x90;
    private const int Step = 16 << 10;

    private byte _last;

    public RepeatStream(CodecInput input)
        : base(input) => Output = new byte[Step + 256];

    protected override void Produce()
    {
        OutputStart = OutputEnd = 0;
        while (OutputEnd < Step)
        {
            if (Input.Available <= 0 && !Input.Fill())
            {
                Finished = true;
                return;
            }

            var value = Input.ReadByte();
            if (value != Mark)
            {
                Output[OutputEnd++] = _last = value;
                continue;
            }

            var count = Input.ReadByte();
            if (count == 0)
                Output[OutputEnd++] = _last = Mark;
            for (; count > 1; count--)
                Output[OutputEnd++] = _last;
        }
    }
}
