namespace Perisai.Engine.Containers.Xar;

/// <summary>A file of the table of contents: a range of the heap.</summary>
internal sealed class XarFile(string name)
{
    public string Name { get; set; } = name;

    public long Offset { get; set; }

    public long Stored { get; set; } = -1;

    public long Length { get; set; } = -1;

    public string Encoding { get; set; } = "";
}
