namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>Decrypts bytes of a stream by their place in it. Calls go forward; going back costs the cipher's block again.</summary>
internal interface IDocumentCipher
{
    void Apply(Span<byte> bytes, long position);
}
