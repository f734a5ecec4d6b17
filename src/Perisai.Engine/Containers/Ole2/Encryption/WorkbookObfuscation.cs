namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Takes the obfuscation off a workbook's record ([MS-XLS] 2.2.10): the position to be given is that in the stream and the record's length together.
/// </summary>
internal sealed class WorkbookObfuscation(byte[] array) : IDocumentCipher
{
    public void Apply(Span<byte> bytes, long position)
    {
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] = (byte)((byte)(bytes[index] << 3 | bytes[index] >> 5) ^ array[(int)((position + index) % Obfuscation.Length)]);
    }
}
