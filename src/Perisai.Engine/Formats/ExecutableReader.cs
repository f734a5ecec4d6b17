namespace Perisai.Engine.Formats;

/// <summary>Reads the facts of an executable of any kind.</summary>
internal static class ExecutableReader
{
    /// <summary>The facts; null for other types.</summary>
    public static ExecutableFacts? Read(FileType type, BoundedReader reader) => null;
}
