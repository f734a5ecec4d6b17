using Perisai.Engine.Tests.Containers.Pe;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Programs and what they carry.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Programs() => new()
    {
        // A program cut short is a program of which the rest was looked at: nothing of it was to be opened.
        ["pe-resources"] = new(FileType.Pe, false, work => BuildProgram(work)) { MayEndBefore = static sample => sample.Length },
        ["elf-overlay"] = new(FileType.Elf, false, work => [.. File.ReadAllBytes("/bin/true"), .. Packed(work, "zip", "-q", "-r", "out", "files")])
        {
            MayEndBefore = static sample => sample.AsSpan().IndexOf("PK\u0003\u0004"u8) + 512,
        },
    };

    private static byte[] BuildProgram(WorkFolder work)
    {
        var zip = Packed(work, "zip", "-q", "-r", "out", "files");
        return new ProgramBuilder { Overlay = work.RunWithInput(Content(), "xz", "-c") }
            .Add(".text", [0x55, 0x8B, 0xEC, 0xC3]).Add(".data", [.. Noise(), .. zip]).AddResource(zip).ToArray();
    }
}
