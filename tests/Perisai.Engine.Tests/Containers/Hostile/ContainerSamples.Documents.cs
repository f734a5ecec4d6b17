using Perisai.Engine.Tests.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Office documents.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Documents() => new()
    {
        ["ole2"] = new(FileType.Ole2, false, _ => new Ole2Builder().Add("a", Text()).Add("s/b", Noise()).Add("s/z", Content()).ToArray()),
        ["ole2-scattered"] = new(FileType.Ole2, false, _ => new Ole2Builder(4, isScattered: true).Add("a", Text()).Add("s/z", [.. Noise(), .. Noise(), .. Content()]).ToArray()),
        ["ole2-macros"] = new(FileType.Ole2, false, _ => new Ole2Builder().Add("a", Text()).AddProject("VBA", ("z", MacroBuilder.Compress(Content()))).ToArray())
        {
            HasObservations = true,
        },
        ["ole2-agile"] = new(FileType.Ole2, false, work => EncryptionBuilder.Agile(Packed(work, "zip", "-q", "-r", "out", "files"), "VelvetSweatshop")),
        ["ole2-standard"] = new(FileType.Ole2, false, work => EncryptionBuilder.Standard(Packed(work, "zip", "-q", "-r", "out", "files"), "VelvetSweatshop")),
    };
}
