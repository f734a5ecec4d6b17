using Perisai.Engine.Tests.Containers.Alz;
using Perisai.Engine.Tests.Containers.AutoIt;
using Perisai.Engine.Tests.Containers.BinHex;
using Perisai.Engine.Tests.Containers.Chm;
using Perisai.Engine.Tests.Containers.Egg;
using Perisai.Engine.Tests.Containers.InstallShield;
using Perisai.Engine.Tests.Containers.Lha;
using Perisai.Engine.Tests.Containers.MacBinary;
using Perisai.Engine.Tests.Containers.Nsis;
using Perisai.Engine.Tests.Containers.Sis;
using Perisai.Engine.Tests.Containers.Szdd;
using Perisai.Engine.Tests.Containers.Wim;

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
        ["ace"] = new(FileType.Ace, true, _ => Ace.AceBuilder.Build(("a.txt", Text(), 0, 0), ("z.txt", Content(), 0, 0)))
        {
            // There is no end mark: whoever cuts between two files leaves a whole archive.
            MayEndBefore = static sample => 80,
        },
        ["inno"] = new(FileType.Pe, false, work => Inno.InnoBuilder.Build(work, "lzma", true, 16, ("a.txt", Text()), ("z.txt", Content())))
        {
            // The table points behind what is cut, from its own end on.
            MayEndBefore = static sample => 1600,
        },
        ["inno-headers"] = new(FileType.InnoSetup, true, work => Inno.InnoBuilder.Headers(work, Content())),
        ["arc"] = new(FileType.Arc, true, work =>
        {
            work.Run("arc", "a", "out.arc", "files/a.txt", "files/b.bin", "files/z.txt");
            return work.Bytes("out.arc");
        }),
        ["dos-lha"] = new(FileType.MsDos, false, _ => [.. "MZ"u8, 100, 0, 1, 0, .. new byte[94], .. BuildLha("-lh5-", 0)])
        {
            // The program alone holds nothing.
            MayEndBefore = static sample => 160,
        },
        ["arj"] = new(FileType.Arj, true, work => Packed(work, "arj", "a", "-y", "-r", "out", "files")),
        ["arj-fastest"] = new(FileType.Arj, true, work => Packed(work, "arj", "a", "-y", "-r", "-m4", "out", "files")),
        ["lha-lh1"] = new(FileType.Lha, true, _ => BuildLha("-lh1-", 0)),
        ["lha-lh5"] = new(FileType.Lha, true, _ => BuildLha("-lh5-", 1)),
        ["lha-lh7"] = new(FileType.Lha, true, _ => BuildLha("-lh7-", 2)),
        ["lha-lzs"] = new(FileType.Lha, true, _ => BuildLha("-lzs-", 3)),
        ["binhex"] = new(FileType.BinHex, true, _ => BinHexBuilder.Build("z.txt", Content(), Text())),
        ["sis"] = new(FileType.Sis, false, _ => SisBuilder.BuildOld(("a.txt", Text()), ("b.bin", Noise()), ("z.txt", Content()))),
        ["sis-9"] = new(FileType.Sis, false, _ => SisBuilder.BuildNew(Text(), Noise(), Text(), Content())),
        ["chm"] = new(FileType.Chm, false, _ => ChmBuilder.Build([("/a.txt", Text()), ("/b.bin", Noise())], [("/c.txt", Text()), ("/z.txt", Content())])),
        ["autoit-5"] = new(FileType.AutoIt, true, _ => AutoItBuilder.Build(5, (">>>AUTOIT SCRIPT<<<", Text()), ("b.bin", Noise()), ("z.txt", Content()))),
        ["autoit-6"] = new(FileType.AutoIt, true, _ => AutoItBuilder.Build(6, (">>>AUTOIT SCRIPT<<<", AutoItBuilder.Script(new Random(1), 60)), ("b.bin", Noise()), ("z.txt", Content()))),
        ["ishield-plain"] = new(FileType.InstallShieldSetup, false, _ => SetupBuilder.BuildPlain(("a.txt", Text()), ("b.bin", Noise()), ("z.txt", Content())))
        {
            // Nothing says how many files there are: one that ends is the last one as far as anybody can see.
            MayEndBefore = static sample => sample.AsSpan().LastIndexOf("z.txt\0Disk1"u8) + 1,
        },
        ["ishield-scrambled"] = new(
            FileType.InstallShieldSetup, false, _ => SetupBuilder.BuildScrambled(("a.txt", Text()), ("b.bin", Noise()), ("z.txt", Content()))),
        ["nsis-zlib"] = new(FileType.Nsis, false, work => NsisReaderTests.Build(work, "zlib", false)),
        ["nsis-bzip2"] = new(FileType.Nsis, false, work => NsisReaderTests.Build(work, "bzip2", true)),
        ["nsis-lzma"] = new(FileType.Nsis, false, work => NsisReaderTests.Build(work, "lzma", true)),
        ["alz"] = new(FileType.Alz, false, _ => new AlzBuilder().Add("a.txt", 2, Text()).Add("b.bin", 0, Noise()).Add("z.txt", 2, Content()).ToArray()),
        ["egg"] = new(
            FileType.Egg, false, _ => new EggBuilder().Add("a.txt", Text()).Block(1, Text()).Add("b.bin", Noise()).Block(0, Noise()).Add("z.txt", Content())
                .Block(1, Content()[..5000]).Block(1, Content()[5000..]).ToArray()),
        ["xar"] = new(FileType.Xar, false, work => Packed(work, "bsdtar", "--format=xar", "-cf", "out", "files")),
        ["wim-xpress"] = new(FileType.Wim, false, work => WimReaderTests.Build(work, "xpress")),
        ["wim-lzx"] = new(FileType.Wim, false, work => WimReaderTests.Build(work, "lzx")),
        ["macbinary"] = new(FileType.MacBinary, false, _ => MacBinaryBuilder.Build("z.txt", Text(), Content())),
        ["applesingle"] = new(FileType.MacBinary, false, _ => MacBinaryBuilder.BuildAppleSingle("z.txt", Content(), Text())),
        ["iscab"] = new(FileType.InstallShieldCab, false, _ => SetupBuilder.BuildCabinet(("a.txt", Text()), ("b.bin", Noise()), ("z.txt", Content()))),
    };

    private static byte[] BuildLha(string method, int level) =>
        new LhaBuilder().Add("a.txt", method, Text(), level).Add("b.bin", "-lh0-", Noise(), level).Add("z.txt", method, Content(), level, "folder").ToArray();
}
