namespace Perisai.Engine.Definitions.Segments;

/// <summary>Where a section's records lie in the mapping: kept, for a section is found by a search. Valid as long as the segment is open.</summary>
internal readonly unsafe struct SegmentArray<T>(T* start, int length)
    where T : unmanaged
{
    public ReadOnlySpan<T> Span => new(start, length);
}
