namespace Perisai.Engine.Containers.Codecs.Bzip2;

/// <summary>The header of bzip2, and what can be wrong without ending the decoding.</summary>
internal static class Bzip2Format
{
    public const string BlockChecksum = "bzip2.block-checksum";
    public const string StreamChecksum = "bzip2.stream-checksum";

    public static bool IsHeader(ReadOnlySpan<byte> bytes) => bytes is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..];
}
