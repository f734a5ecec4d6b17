using Perisai.Engine.Containers;
using Perisai.Engine.Formats;

namespace Perisai.Engine.Tests.Containers.Volumes;

/// <summary>Identifies an image, and reads it with the reader of its type.</summary>
internal static class VolumeRun
{
    public static FileType Identify(byte[] image)
    {
        using var source = new MemoryByteSource(image);
        return TypeIdentifier.Identify(new BoundedReader(source, new ScanBudget(ScanLimits.Default)));
    }

    public static RecordingSink Read(byte[] image, FileType type)
    {
        Assert.Equal(type, Identify(image));
        return ContainerDispatcher.ReaderFor(type)!.Read(image);
    }

    /// <summary>All files came out under their own paths, once each, and nothing else did.</summary>
    public static void AssertIsExactly(this RecordingSink sink, IReadOnlyDictionary<string, byte[]> files)
    {
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), sink.Members.Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>A part of an image, written where another begins.</summary>
    public static void Put(this byte[] image, long offset, byte[] part) => part.CopyTo(image, offset);
}
