using System.Buffers.Text;

namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>Decodes a block of <c>uuencode -m</c>: lines of base64 up to and with the line <c>====</c>.</summary>
internal sealed class Base64LinesStream(CodecInput input) : TextDecoderStream(input)
{
    private const int LongestLine = 1024;

    protected override void Produce()
    {
        BeginOutput(LongestLine);
        while (OutputEnd + LongestLine <= Output.Length)
        {
            if (!TryReadLine(LongestLine, out var line))
            {
                AddFault(UuencodeStream.MissingEnd);
                Finished = true;
                return;
            }

            line = line.Trim(" \t"u8);
            if (line.StartsWith("===="u8))
            {
                Finished = true;
                return;
            }

            var status = Base64.DecodeFromUtf8(line, Output.AsSpan(OutputEnd), out _, out var written);
            OutputEnd += written;
            if (status != System.Buffers.OperationStatus.Done)
                AddFault(UuencodeStream.BadLine);
        }
    }
}
