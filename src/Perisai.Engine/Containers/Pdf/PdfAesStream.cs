using System.Security.Cryptography;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>AES in CBC mode as PDF has it: the first block is the vector, and the last one ends with its padding.</summary>
internal sealed class PdfAesStream : DecoderStream
{
    private const int Block = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _vector = new byte[Block];
    private readonly byte[] _cipher = new byte[16 << 10];
    private readonly byte[] _plain = new byte[16 << 10];
    private bool _started;

    public PdfAesStream(CodecInput input, byte[] key)
        : base(input) => _aes.Key = key;

    protected override void Produce()
    {
        if (!_started)
        {
            _started = true;
            if (Input.Read(_vector) < Block)
            {
                Finished = true;
                return;
            }
        }

        var count = Input.Read(_cipher);
        if (count % Block != 0)
            AddFault("pdf.encrypted-length");
        count -= count % Block;
        if (count == 0)
        {
            Finished = true;
            return;
        }

        _aes.DecryptCbc(_cipher.AsSpan(0, count), _vector, _plain, PaddingMode.None);
        _cipher.AsSpan(count - Block, Block).CopyTo(_vector);
        Output = _plain;
        OutputStart = 0;
        OutputEnd = count;
        if (Input.Available <= 0 && !Input.Fill())
        {
            var padding = _plain[count - 1];
            OutputEnd -= padding is >= 1 and <= Block ? padding : 0;
            Finished = true;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _aes.Dispose();
        base.Dispose(disposing);
    }
}
