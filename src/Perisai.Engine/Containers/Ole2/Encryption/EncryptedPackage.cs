using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Hands on the document in an encrypted package ([MS-OFFCRYPTO] 2.3.4): a compound file in place of the zip, with the encrypted zip in one stream and the
/// description of the encryption in another.
/// </summary>
internal static class EncryptedPackage
{
    /// <summary>Descriptions have about a kilobyte.</summary>
    private const int MaxInfo = 64 << 10;

    public static bool Read(Ole2File file, Ole2Entry package)
    {
        var sink = file.Sink;
        var source = file.Open(package);
        var member = new Member($"{package.Path}/document") { WasEncrypted = true };
        if (FindKey(file, package, out var detail) is not { } key)
            return sink.AddNotScanned(member, NotScannedReason.Encrypted, detail);
        Span<byte> first = stackalloc byte[8];
        if (source.Read(0, first) < first.Length)
        {
            sink.AddLoss(Ole2Faults.BadEncryption, -1, package.Path);
            return !sink.ShouldStop;
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(first);
        if (length < 0 || length > source.Length - first.Length)
        {
            // What is there is decrypted, padding and all.
            sink.AddLoss(Ole2Faults.BadEncryption, -1, $"{source.Length - first.Length} of {length} bytes.");
            length = source.Length - first.Length;
        }

        using var input = new CodecInput(source, first.Length, source.Length - first.Length, sink.Budget);
        using var content = new PackageStream(input, key, length);
        return sink.AddStream(member with { DeclaredLength = length }, content, source.Length);
    }

    private static PackageKey? FindKey(Ole2File file, Ole2Entry package, out string detail)
    {
        detail = "";
        if (file.Find(package.Parent, "EncryptionInfo") is not { } entry)
        {
            detail = "Its encryption is not described.";
            return null;
        }

        var source = file.Open(entry);
        var info = new byte[(int)Math.Min(source.Length, MaxInfo)];
        if (source.Read(0, info) < Math.Max(8, info.Length))
            return null;
        var (major, minor) = (BinaryPrimitives.ReadUInt16LittleEndian(info), BinaryPrimitives.ReadUInt16LittleEndian(info.AsSpan(2)));
        if (major == 4 && minor == 4)
            return AgileEncryption.FindKey(info, file.Sink, out detail);
        if (minor == 2)
            return StandardEncryption.FindKey(info, file.Sink, out detail);
        detail = $"Encryption of version {major}.{minor}.";
        return null;
    }
}
