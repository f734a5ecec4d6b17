namespace Perisai.Engine.Containers.Tnef;

/// <summary>Attributes that are read, as they stand in the file: the identifier in the lower half, the kind of value in the upper ([MS-OXTNEF] 2.1.3).</summary>
internal static class TnefAttributes
{
    public const uint Body = 0x0002_800C;
    public const uint MessageProperties = 0x0006_9003;
    public const uint AttachTitle = 0x0001_8010;
    public const uint AttachTransportFilename = 0x0006_9001;
    public const uint AttachRenderingData = 0x0006_9002;
    public const uint AttachData = 0x0006_800F;
    public const uint AttachMetafile = 0x0006_8011;
    public const uint AttachProperties = 0x0006_9005;
}

/// <summary>Properties that are read ([MS-OXPROPS]).</summary>
internal static class MapiProperties
{
    public const ushort Body = 0x1000;
    public const ushort CompressedRtf = 0x1009;
    public const ushort Html = 0x1013;
    public const ushort DisplayName = 0x3001;
    public const ushort AttachData = 0x3701;
    public const ushort AttachFilename = 0x3704;
    public const ushort AttachLongFilename = 0x3707;
}
