namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>RC4 with a new key each so many bytes of a stream: 512 in Word ([MS-DOC] 2.2.6.2), 1,024 in Excel ([MS-XLS] 2.2.10).</summary>
internal sealed class Rc4Blocks(Rc4Key key, int blockLength) : IDocumentCipher
{
    private readonly byte[] _mask = new byte[blockLength];
    private int _maskNumber = -1;

    public void Apply(Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            var number = (int)(position / blockLength);
            if (number != _maskNumber)
            {
                _mask.AsSpan().Clear();
                key.Block(number).Apply(_mask);
                _maskNumber = number;
            }

            var within = (int)(position % blockLength);
            var count = Math.Min(blockLength - within, bytes.Length);
            for (var index = 0; index < count; index++)
                bytes[index] ^= _mask[within + index];
            bytes = bytes[count..];
            position += count;
        }
    }
}
