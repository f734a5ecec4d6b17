using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>
/// A valid container of every kind that the scanner opens, made by the usual program. Two files fill it; the marker is at the end of what it
/// holds, so that it is among the first things that a cut loses.
/// </summary>
internal static partial class ContainerSamples
{
    /// <param name="HasChecksums">Whether a change of the content cannot go unnoticed.</param>
    /// <param name="Build">Writes the sample into a folder that holds <c>files</c> (with <c>a.txt</c>, <c>b.bin</c> and <c>z.txt</c>).</param>
    public sealed record Sample(FileType Type, bool HasChecksums, Func<WorkFolder, byte[]> Build)
    {
        /// <summary>
        /// Whether programs leave the format's end mark out, so that one that lacks is a fault and no more: everything that is there was read.
        /// </summary>
        public bool EndIsOptional { get; init; }

        /// <summary>Whether something of it is observed, such as its macros.</summary>
        public bool HasObservations { get; init; }

        /// <summary>A cut before this length leaves something that is whole by the format's own rules; all of it for a format without an end.</summary>
        public Func<byte[], int> MayEndBefore { get; init; } = static _ => 0;
    }

    public static IReadOnlyDictionary<string, Sample> All { get; } = new Dictionary<string, Sample>(
        [.. Archives(), .. OldArchives(), .. Documents(), .. Pages(), .. Images(), .. Programs(), .. Texts()]);

    private static Dictionary<string, Sample> Archives() => new()
    {
        ["zip"] = new(FileType.Zip, true, work => Packed(work, "zip", "-q", "-r", "out", "files")),
        ["zip-stored"] = new(FileType.Zip, false, work => Packed(work, "zip", "-q", "-0", "-r", "out", "files")),
        ["zip-streamed"] = new(FileType.Zip, true, work => work.Run("zip", "-q", "-r", "-", "files")),
        ["7z-lzma2"] = new(FileType.SevenZip, true, work => Packed(work, "7z", "a", "-bd", "-t7z", "out", "files")),
        ["7z-solid-ppmd"] = new(FileType.SevenZip, true, work => Packed(work, "7z", "a", "-bd", "-t7z", "-m0=ppmd:mem=1m", "out", "files")),
        ["7z-plain-header"] = new(FileType.SevenZip, true, work => Packed(work, "7z", "a", "-bd", "-t7z", "-mhc=off", "-ms=off", "out", "files")),
        ["gzip"] = new(FileType.Gzip, true, work => work.RunWithInput(Content(), "gzip", "-c")),
        ["bzip2"] = new(FileType.Bzip2, true, work => work.RunWithInput(Content(), "bzip2", "-c")),
        ["xz"] = new(FileType.Xz, true, work => work.RunWithInput(Content(), "xz", "-c")),
        ["lzma"] = new(FileType.Lzma, false, work => work.RunWithInput(Content(), "xz", "-c", "--format=lzma")),
        ["lzip"] = new(FileType.Lzip, true, work => work.RunWithInput(Content(), "lzip", "-c")),
        ["zstd"] = new(FileType.Zstd, true, work => work.RunWithInput(Content(), "zstd", "-q", "-c")),
        ["lz4"] = new(FileType.Lz4, true, work => work.RunWithInput(Content(), "lz4", "-q", "-c")),
        ["compress"] = new(FileType.Compress, false, work => work.RunWithInput(Content(), "compress", "-c"))
        {
            // Codes follow one another until the file ends: nobody can see that some are missing.
            MayEndBefore = static sample => sample.Length,
        },
        ["tar-gnu"] = new(FileType.Tar, false, work => work.Run("tar", "--format=gnu", "--sort=name", "-cf", "-", "files")) { EndIsOptional = true },
        ["tar-pax"] = new(FileType.Tar, false, work => work.Run("tar", "--format=posix", "--sort=name", "-cf", "-", "files")) { EndIsOptional = true },
        ["tar-gzip"] = new(FileType.Gzip, true, work => work.Run("tar", "--sort=name", "-czf", "-", "files")),
        ["cpio-newc"] = new(FileType.Cpio, false, work => work.RunWithInput(Names(), "cpio", "-o", "--quiet", "-H", "newc")),
        ["cpio-odc"] = new(FileType.Cpio, false, work => work.RunWithInput(Names(), "cpio", "-o", "--quiet", "-H", "odc")),
        ["cpio-bin"] = new(FileType.Cpio, false, work => work.RunWithInput(Names(), "cpio", "-o", "--quiet", "-H", "bin")),
        ["ar"] = new(FileType.Ar, false, work => Packed(work, "ar", "rcS", "out", "files/a.txt", "files/b.bin", "files/z.txt")),
        ["rpm"] = new(FileType.Rpm, true, BuildRpm),
        ["cab-mszip"] = new(FileType.Cab, true, work => Packed(work, "gcab", "-cz", "out", "files/a.txt", "files/b.bin", "files/z.txt")),
        ["cab-stored"] = new(FileType.Cab, true, work => Packed(work, "gcab", "-c", "out", "files/a.txt", "files/b.bin", "files/z.txt")),
        ["iso-joliet"] = new(FileType.Iso9660, false, work => Packed(work, "genisoimage", "-quiet", "-J", "-R", "-o", "out", "files")),
        ["iso-zisofs"] = new(FileType.Iso9660, false, BuildZisofs),
        ["machofat"] = new(FileType.MachOFat, false, _ => BuildMachOFat()),
        ["mail"] = new(FileType.Mail, false, _ => BuildMail())
        {
            EndIsOptional = true,
            // A message may consist of header fields alone.
            MayEndBefore = static sample => sample.AsSpan().IndexOf("\r\n\r\n"u8),
        },
        ["rar4"] = new(FileType.Rar4, true, _ => Rar.RarBuilder.Build4(("a.txt", Text()), ("z.txt", Content()))) { EndIsOptional = true },
        ["rar5"] = new(FileType.Rar5, true, _ => Rar.RarBuilder.Build5(("a.txt", Text()), ("z.txt", Content()))) { EndIsOptional = true },
        ["mbox"] = new(FileType.Mbox, false, _ => [.. "From a@example.org Thu Jan  1 00:00:00 1970\n"u8, .. BuildMail(), (byte)'\n'])
        {
            EndIsOptional = true,
            MayEndBefore = static sample => sample.AsSpan().IndexOf("\r\n\r\n"u8),
        },
        ["yenc"] = new(FileType.YEnc, true, _ => BuildYEnc()) { EndIsOptional = true },
        ["tnef"] = new(FileType.Tnef, true, _ => BuildTnef()),
        ["uuencode"] = new(FileType.Uuencode, false, work => work.RunWithInput(Content(), "uuencode", "name")) { EndIsOptional = true },
    };

    public static byte[] Build(string name)
    {
        using var work = new WorkFolder();
        work.Write("files/a.txt", Text());
        work.Write("files/b.bin", Noise());
        work.Write("files/z.txt", Content());
        return All[name].Build(work);
    }

    private static byte[] Text() => Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 300).Select(n => $"line {n} of {n * 7919 % 1000}")));

    private static byte[] Noise()
    {
        var noise = new byte[3000];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static byte[] Content() => [.. Text(), .. Noise(), .. MarkerDefinitions.Marker, (byte)'\n'];

    private static byte[] Names() => "files/a.txt\nfiles/b.bin\nfiles/z.txt\n"u8.ToArray();

    private static byte[] Packed(WorkFolder work, string program, params string[] arguments)
    {
        work.Run(program, arguments);
        // Some programs insist on their own extension.
        return File.ReadAllBytes(Directory.EnumerateFiles(work.Root, "out*").Single());
    }

    private static byte[] BuildZisofs(WorkFolder work)
    {
        work.Run("xorriso", "-outdev", "out", "-zisofs", "level=9", "-map", "files", "/", "-find", "/", "-type", "f", "-exec", "set_filter", "--zisofs", "--", "-commit");
        return work.Bytes("out");
    }

    private static byte[] BuildRpm(WorkFolder work)
    {
        work.Write("p.spec", Encoding.ASCII.GetBytes($"""
            Name: p
            Version: 1
            Release: 1
            Summary: s
            License: none
            BuildArch: noarch
            AutoReqProv: no
            %description
            d
            %install
            mkdir -p %buildroot/opt
            cp {work.Path("files")}/* %buildroot/opt/
            %files
            /opt/*
            """));
        work.Run("rpmbuild", "-bb", "--quiet", "--define", $"_topdir {work.Path("rpm")}", "--define", "_binary_payload w9.gzdio", "p.spec");
        return File.ReadAllBytes(Directory.GetFiles(work.Path("rpm/RPMS"), "*.rpm", SearchOption.AllDirectories).Single());
    }

    private static byte[] BuildMachOFat()
    {
        byte[] slice = [0xCF, 0xFA, 0xED, 0xFE, .. new byte[60], .. Content()];
        var bytes = new byte[4096 + 2 * 16384];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0xCAFEBABE);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 2);
        for (var index = 0; index < 2; index++)
        {
            var entry = bytes.AsSpan(8 + index * 20);
            BinaryPrimitives.WriteUInt32BigEndian(entry, index == 0 ? 0x01000007u : 0x0100000Cu);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], 4096 + 16384 * index);
            BinaryPrimitives.WriteInt32BigEndian(entry[12..], 100 + index * (slice.Length - 100));
            slice.AsSpan(0, 100 + index * (slice.Length - 100)).CopyTo(bytes.AsSpan(4096 + 16384 * index));
        }

        return bytes[..(4096 + 16384 + slice.Length)];
    }

    private static byte[] BuildMail() => Encoding.ASCII.GetBytes(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: s\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/mixed; boundary=\"bb\"\r\n\r\n--bb\r\nContent-Type: text/plain\r\n\r\nhello\r\n--bb\r\n"
        + "Content-Type: application/octet-stream; name=\"z.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + Convert.ToBase64String(Content(), Base64FormattingOptions.InsertLineBreaks) + "\r\n--bb--\r\n");

    /// <summary>Lines of 128 bytes, each value 42 higher, with the four critical ones escaped.</summary>
    private static byte[] BuildYEnc()
    {
        var content = Content();
        var lines = new List<byte>(Encoding.ASCII.GetBytes($"=ybegin line=128 size={content.Length} name=z.bin\r\n"));
        for (var start = 0; start < content.Length; start += 128)
        {
            foreach (var value in content.Skip(start).Take(128))
            {
                var encoded = (byte)(value + 42);
                if (encoded is 0 or (byte)'\n' or (byte)'\r' or (byte)'=')
                    lines.AddRange([(byte)'=', (byte)(encoded + 64)]);
                else
                    lines.Add(encoded);
            }

            lines.AddRange("\r\n"u8);
        }

        lines.AddRange(Encoding.ASCII.GetBytes($"=yend size={content.Length} crc32={System.IO.Hashing.Crc32.HashToUInt32(content):x8}\r\n"));
        return [.. lines];
    }

    private static byte[] BuildTnef()
    {
        var stream = new MemoryStream([0x78, 0x9F, 0x3E, 0x22, 1, 0], 0, 6) { Position = 6 };
        var bytes = new List<byte>(stream.ToArray());
        Add(1, 0x00089006, [0, 0, 1, 0]);
        Add(2, 0x00069002, new byte[14]);
        Add(2, 0x00018010, "z.bin\0"u8.ToArray());
        Add(2, 0x0006800F, Content());
        return [.. bytes];

        void Add(byte level, uint id, byte[] data)
        {
            bytes.Add(level);
            bytes.AddRange(BitConverter.GetBytes(id));
            bytes.AddRange(BitConverter.GetBytes(data.Length));
            bytes.AddRange(data);
            bytes.AddRange(BitConverter.GetBytes((ushort)data.Sum(value => value)));
        }
    }
}
