namespace Perisai.Engine.Containers.Uuencode;

/// <summary>What can be wrong with blocks of encoded data in text; those of the decoders stand with them.</summary>
internal static class UuencodeFaults
{
    public const string NoBlock = "uuencode.no-block";
    public const string NoYEncBlock = "yenc.no-block";
    public const string MissingParts = "yenc.missing-parts";
}
