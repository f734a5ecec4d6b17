using System.IO.Compression;
using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Offsets and targets against clamscan, on raw data and on the executables of this machine.</summary>
public sealed class OffsetTests
{
    [Fact]
    public void Absolute_and_floating_offsets_hold_where_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        string[] offsets = ["*", "0", "1", "7", "8", "0,8", "3,4", "7,0", "EOF-4", "EOF-5", "EOF-8,4", "EOF-0", "EOF-12,8", "EOF-100", "EOF-100,200", "4,100000", "EOF-14,3", "2,5", "05", "5,"];
        string[] bodies = ["616263", "??616263", "6162{1-3}6364", "6162*6364", "6163(61|62)64", "61[1-2]6263", "6263[1-2]64", "(61|7a61)626364", "(W)616263", "616263(B)", "6162??63", "61626364"];
        var number = 0;
        foreach (var offset in offsets)
        {
            foreach (var body in bodies)
            {
                scan.AddSignature("ndb", $"A{number}:0:{offset}:{body}");
                scan.AddSignature("ldb", $"L{number};Engine:51-255,Target:0;0;{offset}:{body}");
                scan.AddSignature("ldb", $"C{number++};Engine:51-255,Target:0;0>1;{offset}:{body}::i");
            }
        }

        foreach (var text in (string[])["abcd", "ab.cd", "ab..cd", "acad", "a.bc", "bc.d", "aabcd", "abcdabcd", "abxcd", "abcabc"])
        {
            foreach (var before in (int[])[0, 1, 2, 3, 5, 7, 8, 9, 20])
            {
                scan.AddFile(Encoding.Latin1.GetBytes(new string('\0', before) + text + new string('\0', 9)));
                scan.AddFile(Encoding.Latin1.GetBytes(new string('\0', 12) + text + new string('\0', before)));
            }
        }

        ClamScan.AssertAgrees(scan, atLeast: 1000);
    }

    [Theory]
    [InlineData(1, ".dll", 10)]
    [InlineData(6, "", 10)]
    public void Offsets_in_executables_hold_where_clamscan_says(int target, string kind, int count)
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        var random = new Random(target);
        var files = Executables(kind).Take(count).ToList();
        Assert.SkipWhen(files.Count < 4, $"no executables on this machine");
        var number = 0;
        foreach (var file in files)
        {
            scan.AddFile(file, $"{number}-whole");
            for (var i = 0; i < 40; i++)
            {
                // Slices at places that the headers name and at others, under every kind of offset: most hold in few files or none.
                var at = i < 10 ? random.Next(Math.Min(file.Length, 4096) - 16) : random.Next(file.Length - 16);
                var body = Convert.ToHexStringLower(file.AsSpan(at, 10));
                scan.AddSignature("ndb", $"S{number}.{i}:{target}:{Offset(random, at, file.Length)}:{body}");
                scan.AddSignature("ldb", $"T{number}.{i};Engine:51-255,Target:{target};0&1=0;{Offset(random, at, file.Length)}:{body};{Offset(random, at, file.Length)}:{body}");
            }

            number++;
        }

        AddPlaces(scan, files, target);
        ClamScan.AssertAgrees(scan, atLeast: 50);
    }

    [Fact]
    public void Descriptions_hold_where_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        string[] descriptions =
        [
            "Engine:51-255,Target:0", "Engine:51-255,Target:1", "Engine:51-255,Target:6", "Engine:51-255,Target:0,FileSize:100-5000", "Engine:51-255,Target:0,FileSize:20-20",
            "Engine:51-255,FileSize:0-100000,Target:1", "Engine:51-255,Target:1,NumberOfSections:3-3", "Engine:51-255,Target:1,NumberOfSections:1-2", "Engine:51-255,Target:6,NumberOfSections:20-31",
            "Engine:51-255,Target:1,EntryPoint:1-100000", "Engine:51-255,Target:1,EntryPoint:0-0", "Engine:51-255,Target:6,EntryPoint:0-0", "Engine:51-255,Target:6,EntryPoint:1-9999999",
            "Target:0", "Target:1", "Engine:51-216,Target:0", "Engine:216-255,Target:0", "Engine:51-255,Target:14", "Engine:51-255,Target:9", "Engine:51-255,Target:13", "Engine:51-255,Target:8",
        ];
        for (var i = 0; i < descriptions.Length; i++)
        {
            scan.AddSignature("ldb", $"D{i};{descriptions[i]};0;0000");
            scan.AddSignature("ldb", $"E{i};{descriptions[i]};0=0;ffeeddccbbaa99887766");
        }

        foreach (var file in Executables(".dll").Take(12).Concat(Executables("").Take(12)))
            scan.AddFile(file);
        foreach (var length in (int[])[7, 19, 20, 21, 99, 100, 101, 5000, 5001])
            scan.AddFile(new byte[length]);
        ClamScan.AssertAgrees(scan, atLeast: 50);
    }

    [Theory]
    [InlineData(1, ".dll")]
    [InlineData(6, "")]
    public void Damaged_headers_are_judged_as_clamscan_does(int target, string kind)
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        var random = new Random(target);
        var files = Executables(kind).Take(3).ToList();
        Assert.SkipWhen(files.Count < 3, "no executables on this machine");
        foreach (var offset in (string[])["*", "EOF-20,20", "EOF-3000,3000", "EP+0,4000", "EP-8,8", "S0+0,100000", "SE1", "SL+0,50000", "0,100000"])
        {
            scan.AddSignature("ndb", $"O{offset}:{target}:{offset}:aabbccdd");
            scan.AddSignature("ldb", $"L{offset};Engine:51-255,Target:{target};0;{offset}:aabbccdd");
        }

        foreach (var attribute in (string[])["EntryPoint:0-4000000", "NumberOfSections:0-200", "NumberOfSections:3-3", "EntryPoint:0-0"])
            scan.AddSignature("ldb", $"D{attribute.Replace(':', '.')};Engine:51-255,Target:{target},{attribute};0;aabbccdd");
        for (var i = 0; i < 120; i++)
        {
            var file = files[i % files.Count].AsSpan().ToArray();
            for (var k = random.Next(1, 6); k > 0; k--)
                file[random.Next(4, target == 1 ? 800 : 64)] = (byte)random.Next(256);
            if (i % 5 == 0)
                file = file[..random.Next(40, 2000)];
            for (var at = random.Next(200, 400); at + 4 < file.Length; at += random.Next(50, 900))
                new byte[] { 0xAA, 0xBB, 0xCC, 0xDD }.CopyTo(file, at);
            scan.AddFile(file);
        }

        ClamScan.AssertAgrees(scan, atLeast: 100);
    }

    [Fact]
    public void Version_information_holds_where_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan();
        var files = Executables(".dll").Take(8).ToList();
        foreach (var file in files)
            scan.AddFile(file);
        var number = 0;
        foreach (var key in (string[])["CompanyName", "FileVersion", "LegalCopyright", "ProductName", "OriginalFilename", "Comments", "StringFileInfo", "Translation", "Microsoft"])
        {
            var body = Convert.ToHexStringLower(Encoding.Unicode.GetBytes(key));
            foreach (var more in (string[])["", "0000", "0000??00", "{2-8}4d006900", "*46006900", "{-200}56006500720073006900", "0000{0-2}4d006900{1-400}0000"])
            {
                scan.AddSignature("ndb", $"V{number}:1:VI:{body}{more}");
                scan.AddSignature("ldb", $"W{number};Engine:51-255,Target:1;0&1=0;VI:{body}{more};VI:58{body}");
                scan.AddSignature("ldb", $"X{number++};Engine:51-255,Target:1;0>1;VI:{body}{more}");
            }
        }

        ClamScan.AssertAgrees(scan, atLeast: 50);
    }

    [Fact]
    public void Containers_hold_where_clamscan_says()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan { OpenContainers = true };
        string[] attributes =
        [
            "Container:CL_TYPE_ZIP", "Container:CL_TYPE_GZ", "Container:CL_TYPE_POSIX_TAR", "Intermediates:CL_TYPE_ZIP", "Intermediates:CL_TYPE_GZ>CL_TYPE_ZIP",
            "Intermediates:CL_TYPE_ZIP>CL_TYPE_GZ", "Intermediates:CL_TYPE_ZIP>CL_TYPE_ZIP", "Container:CL_TYPE_ZIP,Intermediates:CL_TYPE_GZ>CL_TYPE_ZIP",
            "Container:CL_TYPE_GZ,Intermediates:CL_TYPE_ZIP", "Intermediates:CL_TYPE_ZIP>CL_TYPE_ZIP>CL_TYPE_GZ", "Container:CL_TYPE_ZIP,FileSize:1-20",
        ];
        for (var i = 0; i < attributes.Length; i++)
            scan.AddSignature("ldb", $"C{i};Engine:51-255,Target:0,{attributes[i]};0;aabbccdd");
        byte[] content = [0, 1, 2, 3, 0xAA, 0xBB, 0xCC, 0xDD, 4, 5, 6, 7, 0xFF, 0, 1, 0, 2, 0];
        var zip = Zip(content);
        var gzip = Gzip(content);
        foreach (var file in (byte[][])[content, zip, gzip, Zip(zip), Zip(gzip), Gzip(zip), Gzip(gzip), Zip(Zip(zip)), Zip(Gzip(zip)), Gzip(Zip(zip)), Gzip(Zip(gzip)), Zip(Zip(gzip))])
            scan.AddFile(file);
        ClamScan.AssertAgrees(scan, atLeast: 10);
    }

    private static byte[] Zip(byte[] content)
    {
        var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("member").Open();
            entry.Write(content);
        }

        return output.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(content);
        return output.ToArray();
    }

    private static void AddPlaces(ClamScan scan, List<byte[]> files, int target)
    {
        // Bytes by their distance from what the headers name, read by the engine itself: most of these match.
        for (var i = 0; i < files.Count; i++)
        {
            var type = target == 1 ? FileType.Pe : FileType.Elf;
            if (Formats.ExecutableReader.Read(type, new BoundedReader(new MemoryByteSource(files[i]), new ScanBudget(ScanLimits.Default))) is not { } facts)
                continue;
            Add("EP", facts.EntryPoint ?? 0, $"EP{i}", files[i]);
            for (var section = 0; section < Math.Min(facts.Sections.Length, 6); section++)
                Add($"S{section}", facts.Sections[section].RawOffset, $"X{i}.{section}", files[i], facts.Sections[section].RawLength);
            if (facts.Sections.Length > 0)
                Add("SL", facts.Sections[^1].RawOffset, $"SL{i}", files[i]);
        }

        void Add(string place, long from, string name, byte[] file, long length = 0)
        {
            foreach (var distance in (int[])[0, 1, 5, 64])
            {
                if (from + distance < 0 || from + distance + 12 > file.Length)
                    continue;
                var body = Convert.ToHexStringLower(file.AsSpan((int)from + distance, 12));
                scan.AddSignature("ndb", $"{name}.{distance}:{target}:{place}+{distance}:{body}");
                scan.AddSignature("ndb", $"{name}.{distance}n:{target}:{place}+{distance + 1}:{body}");
                scan.AddSignature("ndb", $"{name}.{distance}f:{target}:{place}+{distance / 2},{distance}:{body}");
                if (place[0] == 'S' && char.IsDigit(place[1]))
                {
                    scan.AddSignature("ndb", $"{name}.{distance}e:{target}:SE{place[1..]}:{body}");
                    var end = from + length - distance;
                    if (end >= 0 && end + 12 <= file.Length)
                        scan.AddSignature("ndb", $"{name}.{distance}z:{target}:SE{place[1..]}:{Convert.ToHexStringLower(file.AsSpan((int)end, 12))}");
                }

                if (place == "EP" && from >= distance)
                    scan.AddSignature("ndb", $"{name}.{distance}m:{target}:EP-{distance}:{Convert.ToHexStringLower(file.AsSpan((int)from - distance, 12))}");
            }
        }
    }

    private static string Offset(Random random, int at, int length) => random.Next(9) switch
    {
        0 => "*",
        1 => $"{at}",
        2 => $"{Math.Max(0, at - 5)},{random.Next(12)}",
        3 => $"EOF-{length - at}",
        4 => $"EOF-{length - at + 3},{random.Next(8)}",
        5 => $"SE{random.Next(4)}",
        6 => $"S{random.Next(3)}+{at % 512}",
        7 => "EP+0,100000",
        _ => $"SL+0,{random.Next(100000)}",
    };

    /// <summary>Executables of this machine: the runtime's assemblies for PE, programs for ELF.</summary>
    internal static IEnumerable<byte[]> Executables(string kind)
    {
        var isPe = kind == ".dll";
        var folder = new DirectoryInfo(isPe ? Path.GetDirectoryName(typeof(object).Assembly.Location)! : "/usr/bin");
        return folder.EnumerateFiles(isPe ? "*.dll" : "*").Where(file => file.Length is > 8192 and < 60_000).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => File.ReadAllBytes(file.FullName)).Where(bytes => isPe || bytes.AsSpan().StartsWith("\u007FELF"u8));
    }
}
