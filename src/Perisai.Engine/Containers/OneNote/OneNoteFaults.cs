namespace Perisai.Engine.Containers.OneNote;

/// <summary>What can be wrong with a OneNote section.</summary>
internal static class OneNoteFaults
{
    public const string Truncated = "onenote.truncated";
    public const string BadObject = "onenote.bad-object";
}
