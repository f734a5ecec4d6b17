namespace Perisai.Engine.Formats.Identification;

/// <summary>Comparison with a mark, typed so that a collection expression of numbers is one of bytes.</summary>
internal static class HeadBytes
{
    public static bool BeginsWith(this ReadOnlySpan<byte> head, ReadOnlySpan<byte> mark) => head.StartsWith(mark);
}
