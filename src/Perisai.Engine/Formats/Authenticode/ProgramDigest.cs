using System.Security.Cryptography;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Formats.Authenticode;

/// <summary>
/// The digest of a PE file that signatures and catalogues state: of everything but the checksum, the entry of the certificate table, and what begins with that
/// table.
/// </summary>
internal static class ProgramDigest
{
    private const int ChecksumOffset = 24 + 64;

    /// <summary>Where the entry of the certificate table stands, behind <c>PE\0\0</c>.</summary>
    public static int EntryOffset(bool is64Bit) =>
        24 + (is64Bit ? PeFormat.OptionalHeaderLength64 : PeFormat.OptionalHeaderLength32) + PeFormat.SecurityDirectory * 8;

    /// <summary>The digest; null where the file is shorter than it says, or the budget ends.</summary>
    /// <param name="image">The file.</param>
    /// <param name="end">Where the certificate table begins; the file's length where there is none.</param>
    /// <param name="algorithm">Which digest.</param>
    public static byte[]? Compute(PeImage image, long end, HashAlgorithmName algorithm)
    {
        var checksum = image.HeaderOffset + ChecksumOffset;
        var entry = image.HeaderOffset + EntryOffset(image.Is64Bit);
        var reader = image.Reader.Reader;
        using var hash = IncrementalHash.CreateHash(algorithm);
        return Append(hash, reader, 0, checksum) && Append(hash, reader, checksum + 4, entry) && Append(hash, reader, entry + 8, end)
            ? hash.GetHashAndReset() : null;
    }

    private static bool Append(IncrementalHash hash, BoundedReader reader, long start, long end)
    {
        if (start > end || end > reader.Length)
            return false;
        for (reader.Position = start; reader.Position < end;)
        {
            var part = reader.Peek(1);
            if (part.IsEmpty || !reader.Budget.CheckTime())
                return false;
            part = part[..(int)Math.Min(part.Length, end - reader.Position)];
            hash.AppendData(part);
            reader.Position += part.Length;
        }

        return true;
    }
}
