namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>The second bytes of the markers that a decoder acts upon (ITU-T T.81, table B.1); the first is 0xFF.</summary>
internal static class JpegMarker
{
    public const int Baseline = 0xC0;
    public const int Extended = 0xC1;
    public const int Progressive = 0xC2;
    public const int HuffmanTables = 0xC4;
    public const int FirstRestart = 0xD0;
    public const int LastRestart = 0xD7;
    public const int Start = 0xD8;
    public const int End = 0xD9;
    public const int Scan = 0xDA;
    public const int QuantizationTables = 0xDB;
    public const int RestartInterval = 0xDD;
    public const int Adobe = 0xEE;

    /// <summary>Any frame header, also of the kinds that are not decoded: lossless, arithmetic, hierarchical.</summary>
    public static bool IsFrame(int marker) => marker is >= 0xC0 and <= 0xCF and not (HuffmanTables or 0xC8 or 0xCC);

    public static bool IsRestart(int marker) => marker is >= FirstRestart and <= LastRestart;
}
