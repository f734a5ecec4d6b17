using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.Pdf.Filters;

/// <summary>
/// Deflate in a zlib wrapper (RFC 1950), as FlateDecode has it. A wrong header is passed over, or taken for the beginning of the data where it
/// cannot be one; the checksum behind the data is not looked at, as no viewer does.
/// </summary>
internal sealed class ZlibStream(CodecInput input) : DecoderStream(input)
{
    private readonly InflateStream _inflate = new(input);
    private readonly byte[] _buffer = new byte[16 << 10];
    private bool _started;

    protected override void Produce()
    {
        if (!_started)
        {
            _started = true;
            var header = Input.Peek(2);
            if (header.IsEmpty)
            {
                Finished = true;
                return;
            }

            // The method is 8, and the two bytes together are a multiple of 31.
            if (header.Length == 2 && ((header[0] & 0x0F) == 8 || (header[0] << 8 | header[1]) % 31 == 0))
                Input.Skip(2);
        }

        OutputStart = 0;
        OutputEnd = _inflate.Read(_buffer);
        Output = _buffer;
        Finished = OutputEnd == 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inflate.Dispose();
        base.Dispose(disposing);
    }
}
