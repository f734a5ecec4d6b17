namespace Perisai.Engine.Containers.Rar;

/// <summary>Numbers of the RAR formats: technote.txt of RAR 4 and the "RAR 5.0 archive format" note.</summary>
internal static class RarFormat
{
    /// <summary>Headers longer than this are not believed: names have at most some thousand bytes.</summary>
    public const int MaxHeaderLength = 64 << 10;

    /// <summary>Key derivations of RAR 5 beyond 2 to this power are refused; RAR writes 2 to the power of 15.</summary>
    public const int MaxRoundsPower = 20;

    public const int Signature4Length = 7;
    public const int Signature5Length = 8;

    public static ReadOnlySpan<byte> Signature4 => [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x00];

    public static ReadOnlySpan<byte> Signature5 => [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x01, 0x00];

    /// <summary>Service entries that hold only copies of headers, recovery data or owners.</summary>
    public static bool IsBookkeeping(string service) => service is "QO" or "RR" or "ACL" or "UOW" or "AV";
}
