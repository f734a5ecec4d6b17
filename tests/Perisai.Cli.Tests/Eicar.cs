namespace Perisai.Cli.Tests;

/// <summary>The EICAR test file, put together only when it is needed.</summary>
internal static class Eicar
{
    public const string Name = "Eicar-Test-Signature";

    public static byte[] Content =>
        [.. @"X5O!P%@AP[4\PZX54(P^)"u8, .. "7CC)7}$EICAR-STAN"u8, .. "DARD-ANTIVIRUS-TE"u8, .. "ST-FILE!$H+H*"u8];
}
