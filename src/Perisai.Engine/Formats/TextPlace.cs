namespace Perisai.Engine.Formats;

/// <summary>Where a text lies in a file. It is read when it is asked for.</summary>
internal readonly record struct TextPlace(long Offset, int Length);
