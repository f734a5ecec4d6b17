namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>A picture of each kind that is decoded: for hostile changes, and as seeds of the fuzz target.</summary>
internal static class PictureSamples
{
    public static SortedDictionary<string, Func<byte[]>> All { get; } = new(StringComparer.Ordinal)
    {
        ["png-grey"] = () => PictureBytes.RandomPng(new Random(1), 61, 43, 16, 0, interlaced: false),
        ["png-color"] = () => PictureBytes.RandomPng(new Random(2), 40, 50, 8, 6, interlaced: true),
        ["png-palette"] = () => PictureBytes.RandomPng(new Random(3), 70, 33, 4, 3, interlaced: true),
    };
}
