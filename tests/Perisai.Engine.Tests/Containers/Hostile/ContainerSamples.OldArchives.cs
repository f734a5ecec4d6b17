using Perisai.Engine.Tests.Containers.Lha;
using Perisai.Engine.Tests.Containers.Szdd;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Archives and installers of other days.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> OldArchives() => new()
    {
        ["szdd"] = new(FileType.Szdd, false, work =>
        {
            work.Run("mscompress", "files/z.txt");
            return work.Bytes("files/z.txt_");
        }),
        ["kwaj-lzh"] = new(FileType.Szdd, false, _ => KwajBuilder.Build(3, Content())),
        ["kwaj-mszip"] = new(FileType.Szdd, false, _ => KwajBuilder.Build(4, Content())),
        ["arj"] = new(FileType.Arj, true, work => Packed(work, "arj", "a", "-y", "-r", "out", "files")),
        ["arj-fastest"] = new(FileType.Arj, true, work => Packed(work, "arj", "a", "-y", "-r", "-m4", "out", "files")),
        ["lha-lh1"] = new(FileType.Lha, true, _ => BuildLha("-lh1-", 0)),
        ["lha-lh5"] = new(FileType.Lha, true, _ => BuildLha("-lh5-", 1)),
        ["lha-lh7"] = new(FileType.Lha, true, _ => BuildLha("-lh7-", 2)),
        ["lha-lzs"] = new(FileType.Lha, true, _ => BuildLha("-lzs-", 3)),
    };

    private static byte[] BuildLha(string method, int level) =>
        new LhaBuilder().Add("a.txt", method, Text(), level).Add("b.bin", "-lh0-", Noise(), level).Add("z.txt", method, Content(), level, "folder").ToArray();
}
