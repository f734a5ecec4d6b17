using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf.Filters;

/// <summary>RunLengthDecode (ISO 32000-1, 7.4.5): a length below 128 copies, one above repeats, 128 ends the data.</summary>
internal sealed class RunLengthStream(CodecInput input) : DecoderStream(input)
{
    private const int Longest = 128;

    protected override void Produce()
    {
        if (Output.Length == 0)
            Output = new byte[8 << 10];
        OutputStart = OutputEnd = 0;
        while (OutputEnd <= Output.Length - Longest)
        {
            if (Input.Available <= 0 && !Input.Fill() || Input.ReadByte() is var length && length == 128)
            {
                Finished = true;
                return;
            }

            var count = length < 128 ? length + 1 : 257 - length;
            if (length < 128)
                OutputEnd += Input.Read(Output.AsSpan(OutputEnd, count));
            else if (Input.Ensure(1))
            {
                Output.AsSpan(OutputEnd, count).Fill(Input.ReadByte());
                OutputEnd += count;
            }
        }
    }
}
