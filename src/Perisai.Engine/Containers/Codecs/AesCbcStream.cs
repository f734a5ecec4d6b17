using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Codecs;

/// <summary>AES in CBC mode, as 7z and rar use it. The encrypted data is padded to whole blocks; the content's length is known.</summary>
internal sealed class AesCbcStream : DecoderStream
{
    private const int Block = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _vector;
    private readonly byte[] _cipher = new byte[32 << 10];
    private readonly byte[] _plain = new byte[32 << 10];
    private long _left;

    public AesCbcStream(CodecInput input, byte[] key, byte[] vector, long length)
        : base(input)
    {
        _aes.Key = key;
        _vector = vector;
        _left = length;
    }

    protected override void Produce()
    {
        if (_left == 0)
        {
            Finished = true;
            return;
        }

        var count = Input.Read(_cipher);
        count -= count % Block;
        if (count == 0)
            throw CodecException.Truncated();
        _aes.DecryptCbc(_cipher.AsSpan(0, count), _vector, _plain, PaddingMode.None);
        _cipher.AsSpan(count - Block, Block).CopyTo(_vector);
        Output = _plain;
        OutputStart = 0;
        OutputEnd = (int)Math.Min(count, _left);
        _left -= OutputEnd;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _aes.Dispose();
        base.Dispose(disposing);
    }
}
