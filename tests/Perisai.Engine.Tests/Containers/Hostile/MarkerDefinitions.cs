namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Definitions of one harmless text, and the text: what the samples hide and the scanner has to find.</summary>
internal sealed class MarkerDefinitions : IDisposable
{
    public const string Name = "Test.Marker";

    public MarkerDefinitions()
    {
        using var work = new WorkFolder();
        work.Write("marker.ndb", System.Text.Encoding.ASCII.GetBytes($"{Name}:0:*:{Convert.ToHexStringLower(Marker)}\n"));
        var builder = new DefinitionBuilder();
        builder.Add(work.Path("marker.ndb"));
        Set = builder.BuildTemporary(out _);
    }

    public DefinitionSet Set { get; }

    public static byte[] Marker { get; } = "planted marker of the tests, 0123456789"u8.ToArray();

    public void Dispose() => Set.Dispose();
}
