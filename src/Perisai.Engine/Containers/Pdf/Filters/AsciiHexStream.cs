using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.Pdf.Filters;

/// <summary>ASCIIHexDecode: pairs of digits up to <c>&gt;</c>; whatever is no digit is passed over.</summary>
internal sealed class AsciiHexStream(CodecInput input) : TextDecoderStream(input)
{
    private int _high = -1;

    protected override void Produce()
    {
        var hasInput = HasInput();
        BeginOutput(1024);
        if (!hasInput)
        {
            EndPair();
            return;
        }

        var window = Input.Buffer.AsSpan(Input.Position, Math.Min(Input.Available, Output.Length));
        foreach (var value in window)
        {
            Input.Position++;
            if (value == '>')
            {
                Finished = true;
                EndPair();
                return;
            }

            var digit = PdfCharacters.Hex(value);
            if (digit < 0)
                continue;
            if (_high < 0)
            {
                _high = digit;
                continue;
            }

            Output[OutputEnd++] = (byte)(_high << 4 | digit);
            _high = -1;
        }
    }

    /// <summary>A last digit alone counts as if a zero followed.</summary>
    private void EndPair()
    {
        if (_high >= 0)
            Output[OutputEnd++] = (byte)(_high << 4);
        _high = -1;
    }
}
