namespace Perisai.Engine.Containers.BinHex;

/// <summary>What can be wrong with BinHex text.</summary>
internal static class BinHexFaults
{
    public const string NoBlock = "binhex.no-block";
    public const string Truncated = "binhex.truncated";
    public const string HeaderChecksum = "binhex.header-checksum";
    public const string Checksum = "binhex.checksum";
    public const string BadCharacter = "binhex.bad-character";
}
