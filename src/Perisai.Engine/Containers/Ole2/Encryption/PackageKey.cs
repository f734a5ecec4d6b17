using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// What decrypts a package: a key, and for agile encryption the salt and the hash from which each segment of 4 KiB has its initialisation vector.
/// Without a salt blocks are independent of one another (ECB).
/// </summary>
internal sealed record PackageKey(byte[] Key, byte[]? Salt, HashAlgorithmName Algorithm);
