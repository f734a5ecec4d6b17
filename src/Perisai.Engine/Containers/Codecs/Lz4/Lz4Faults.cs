namespace Perisai.Engine.Containers.Codecs.Lz4;

/// <summary>What can be wrong with LZ4 data without ending the decoding.</summary>
internal static class Lz4Faults
{
    public const string HeaderChecksum = "lz4.header-checksum";
    public const string BlockChecksum = "lz4.block-checksum";
    public const string ContentChecksum = "lz4.content-checksum";
    public const string WrongLength = "lz4.wrong-length";
}
