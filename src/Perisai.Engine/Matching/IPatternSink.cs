namespace Perisai.Engine.Matching;

/// <summary>Takes matches of whole patterns. Offsets are from the object's start.</summary>
internal interface IPatternSink
{
    void OnMatch(int segment, uint pattern, long start, long end);
}
