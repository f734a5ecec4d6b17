namespace Perisai.Engine.Matching;

/// <summary>Takes matches of whole patterns. Offsets are from the object's start.</summary>
internal interface IPatternSink
{
    void OnMatch(int segment, uint pattern, long start, long end);

    /// <summary>
    /// Whether a part of a pattern in several parts counts where it starts. Chains are followed only over parts that do.
    /// </summary>
    bool MayStart(int segment, uint pattern, int part, long start) => true;
}
