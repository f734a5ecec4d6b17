using System.Buffers.Binary;
using System.Security.Cryptography;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>Decrypts the stream <c>EncryptedPackage</c> behind its first eight bytes, which tell the length.</summary>
internal sealed class PackageStream : DecoderStream
{
    private const int Segment = 4096;
    private const int Block = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly PackageKey _key;
    private readonly byte[] _cipher = new byte[Segment];
    private readonly byte[] _salted;
    private long _left;
    private int _segment;

    public PackageStream(CodecInput input, PackageKey key, long length)
        : base(input)
    {
        _key = key;
        _aes.Key = key.Key;
        _left = length;
        _salted = [.. key.Salt ?? [], .. new byte[4]];
        Output = new byte[Segment];
    }

    protected override void Produce()
    {
        if (_left <= 0)
        {
            Finished = true;
            return;
        }

        var count = Input.Read(_cipher);
        count -= count % Block;
        if (count == 0)
            throw CodecException.Truncated();
        if (_key.Salt is null)
        {
            _aes.DecryptEcb(_cipher.AsSpan(0, count), Output, PaddingMode.None);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(_salted.AsSpan(_salted.Length - 4), _segment++);
            var vector = PasswordHash.Fit(PasswordHash.Hash(_key.Algorithm, _salted), Block);
            _aes.DecryptCbc(_cipher.AsSpan(0, count), vector, Output, PaddingMode.None);
        }

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
