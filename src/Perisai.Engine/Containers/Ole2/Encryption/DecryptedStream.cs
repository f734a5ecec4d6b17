using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>A stream decrypted from its beginning on, except for its first bytes, which are not encrypted.</summary>
internal sealed class DecryptedStream : DecoderStream
{
    private readonly IDocumentCipher _cipher;
    private readonly long _plainLength;
    private long _position;

    public DecryptedStream(CodecInput input, IDocumentCipher cipher, long plainLength)
        : base(input)
    {
        (_cipher, _plainLength) = (cipher, plainLength);
        Output = new byte[16 << 10];
    }

    protected override void Produce()
    {
        var count = Input.Read(Output);
        var plain = (int)Math.Clamp(_plainLength - _position, 0, count);
        _cipher.Apply(Output.AsSpan(plain, count - plain), _position + plain);
        _position += count;
        (OutputStart, OutputEnd) = (0, count);
        Finished = count == 0;
    }
}
