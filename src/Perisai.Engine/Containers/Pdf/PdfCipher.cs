namespace Perisai.Engine.Containers.Pdf;

/// <summary>How bytes are encrypted: AES with a key for each object (AESV2), or with one for all (AESV3).</summary>
internal enum PdfCipher : byte
{
    None,
    Rc4,
    Aes,
    AesWhole,
}
