namespace Perisai.Engine.Containers.Appended;

/// <summary>What can be said of archives in other data.</summary>
internal static class AppendedFaults
{
    /// <summary>More archives than are looked at.</summary>
    public const string TooMany = "appended.too-many-archives";
}
