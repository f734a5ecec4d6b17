namespace Perisai.Engine.Containers.Disks;

/// <summary>A part of a disk as a table describes it, in bytes. Nothing in it is to be believed.</summary>
internal readonly record struct DiskPart(string Name, long Start, long Length)
{
    public long End => long.CreateSaturating((Int128)Start + Length);

    public bool Intersects(in DiskPart other) => Start < other.End && other.Start < End;
}
