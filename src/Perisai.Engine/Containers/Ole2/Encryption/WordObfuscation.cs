namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>Takes the obfuscation off a stream of Word. Zeros, and what would become zero, are left as they are.</summary>
internal sealed class WordObfuscation(byte[] array) : IDocumentCipher
{
    public void Apply(Span<byte> bytes, long position)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            var plain = (byte)(bytes[index] ^ array[(int)((position + index) % Obfuscation.Length)]);
            if (bytes[index] != 0 && plain != 0)
                bytes[index] = plain;
        }
    }
}
