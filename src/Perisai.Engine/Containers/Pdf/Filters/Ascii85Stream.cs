using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.Pdf.Filters;

/// <summary>ASCII85Decode: five characters are four bytes, <c>z</c> is four zeros, <c>~</c> ends the data.</summary>
internal sealed class Ascii85Stream(CodecInput input) : TextDecoderStream(input)
{
    private uint _group;
    private int _count;
    private bool _ended;
    private bool _started;

    protected override void Produce()
    {
        if (_ended || !HasInput())
        {
            BeginOutput();
            Finished = _count == 0;
            FlushGroup();
            _ended = true;
            return;
        }

        // Each z makes four bytes.
        BeginOutput(4096);
        var count = Math.Min(Input.Available, Output.Length / 4 - 4);
        foreach (var value in Input.Buffer.AsSpan(Input.Position, count))
        {
            Input.Position++;
            if (value == '~')
            {
                // Some begin their data with <~ as PostScript does.
                if (!_started && OutputEnd == 0)
                {
                    _count = 0;
                    _group = 0;
                    _started = true;
                    continue;
                }

                _ended = true;
                return;
            }

            if (value == 'z' && _count == 0)
            {
                Output.AsSpan(OutputEnd, 4).Clear();
                OutputEnd += 4;
                _started = true;
            }
            else if (value is >= (byte)'!' and <= (byte)'u')
            {
                _group = _group * 85 + value - '!';
                if (++_count < 5)
                {
                    _started |= _count > 1;
                    continue;
                }

                Emit(4);
            }
        }
    }

    private void FlushGroup()
    {
        if (_count > 1)
        {
            var bytes = _count - 1;
            for (; _count < 5; _count++)
                _group = _group * 85 + 84;
            Emit(bytes);
        }

        _count = 0;
    }

    private void Emit(int bytes)
    {
        for (var index = 0; index < bytes; index++)
            Output[OutputEnd++] = (byte)(_group >> 24 - 8 * index);
        _group = 0;
        _count = 0;
        _started = true;
    }
}
