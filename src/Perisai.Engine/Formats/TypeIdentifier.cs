namespace Perisai.Engine.Formats;

/// <summary>Tells what an object is from its first bytes (and, for a few formats, bytes at fixed places further on).</summary>
internal static class TypeIdentifier
{
    /// <summary>The type. Never fails: what is not known is <see cref="FileType.Unknown"/> or text.</summary>
    public static FileType Identify(BoundedReader reader) => FileType.Unknown;
}
