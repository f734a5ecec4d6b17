using Perisai.Engine.Containers.Pe;
using Perisai.Engine.Containers.Unpacking;
using Perisai.Engine.Formats.Pe;
using Perisai.Engine.Tests.Containers.Pe;

namespace Perisai.Engine.Tests.Containers.Unpacking;

/// <summary>ClamAV's harmless packed programs, each of which holds clam.exe, packed or in an archive that is packed.</summary>
public sealed class UnpackerTests
{
    private const string Folder = "/usr/share/clamav-testfiles";

    [Theory]
    [InlineData("aspack")]
    [InlineData("fsg")]
    [InlineData("mew")]
    [InlineData("pespin")]
    [InlineData("petite")]
    [InlineData("upack")]
    [InlineData("upx")]
    [InlineData("wwpack")]
    [InlineData("yc")]
    public void PackedProgramsAreUnpacked(string packer)
    {
        using var work = new WorkFolder();
        var clam = Read("clam.exe");
        work.Write("clam.hdb", System.Text.Encoding.ASCII.GetBytes(
            $"{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(clam))}:{clam.Length}:Clam.Test\n"));
        var builder = new DefinitionBuilder();
        builder.Add(work.Path("clam.hdb"));
        using var set = builder.BuildTemporary(out _);
        using var scanner = new Scanner(set, new ScanOptions());
        var report = scanner.Scan(new MemoryByteSource(Read($"clam-{packer}.exe")), packer);
        Assert.Equal("Clam.Test", Assert.Single(report.Findings.OfType<Detection>()).Name);
        // One of them holds, unpacked, the packed program again.
        Assert.DoesNotContain(report.Findings, finding => finding is NotScanned { Reason: NotScannedReason.OverBudget });
        Assert.InRange(report.ObjectCount, 2, 20);
    }

    [Theory]
    [InlineData("aspack", 0x1020)]
    [InlineData("upx", 0x1020)]
    [InlineData("yc", 0x1020)]
    [InlineData("mew", 0x1020)]
    public void TheEntryPointIsTheProgramsOwn(string packer, int expected)
    {
        var sink = PeContentReader.Instance.Read(Read($"clam-{packer}.exe"));
        var unpacked = Assert.Single(sink.Members, member => member.Name == "unpacked.exe");
        var image = PeImage.Read(new BoundedReader(new MemoryByteSource(unpacked.Content), sink.Budget))!;
        // What follows is the program's first instructions, which are the same in all of them.
        Assert.Equal((uint)expected, image.EntryPointAddress);
        Assert.Equal(unpacked.Content.Length, (int)image.ImageLength);
    }

    [Fact]
    public void AnOrdinaryProgramIsNotRun()
    {
        var program = new ProgramBuilder().Add(".text", [0xEB, 0xFE]).ToArray();
        Assert.False(PackedProgram.LooksPacked(PeImage.Read(new BoundedReader(new MemoryByteSource(program), new RecordingSink().Budget))!));
    }

    [Fact]
    public void AnEndlessProgramEndsAndIsObserved()
    {
        var sink = PeContentReader.Instance.Read(new ProgramBuilder().Add(".text", [0xEB, 0xFE], flags: 0xE0000020).ToArray());
        Assert.Equal(["Executable.Packed"], sink.Observed);
        Assert.InRange(sink.Budget.EmulatedInstructions, Unpacker.MaximumInstructions, Unpacker.MaximumInstructions + 100);
    }

    [Fact]
    public void DamagedProgramsAreSurvived()
    {
        foreach (var packer in new[] { "mew", "upack", "petite", "pespin" })
        {
            var sample = Read($"clam-{packer}.exe");
            var random = new Random(91);
            for (var round = 0; round < 25; round++)
            {
                var copy = sample.ToArray();
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                    copy[random.Next(copy.Length)] = (byte)random.Next(256);
                Run(copy, 2_000_000);
            }
        }
    }

    /// <summary>Bytes that nobody wrote as a program: every instruction and every way to fault comes up.</summary>
    [Fact]
    public void AnythingIsExecutedToAnEnd()
    {
        var random = new Random(92);
        for (var round = 0; round < 1500; round++)
        {
            var code = new byte[random.Next(16, 4096)];
            random.NextBytes(code);
            // An exception handler in the code itself, so that faults go on for a while.
            if (round % 2 == 0)
                ((ReadOnlySpan<byte>)[0x68, 0x00, (byte)random.Next(16, 32), 0x40, 0x00, 0x6A, 0xFF, 0x64, 0x89, 0x25, 0, 0, 0, 0]).CopyTo(code);
            Run(new ProgramBuilder().Add(".text", code, flags: 0xE0000020, memoryLength: 0x4000).ToArray(), 20_000);
        }
    }

    private static void Run(byte[] program, long maximum)
    {
        var sink = new RecordingSink();
        if (PeImage.Read(new BoundedReader(new MemoryByteSource(program), sink.Budget)) is not { } headers
            || LoadedProgram.MeasureImage(headers) is var length && length == 0)
            return;
        using var emulator = new Emulator(LoadedProgram.Load(headers, length), sink.Budget);
        emulator.Run(maximum);
        // One call or one string instruction may go beyond by what it costs.
        Assert.True(emulator.Executed < maximum + 20_000_000, emulator.ToString());
        emulator.TakeImage(1);
    }

    private static byte[] Read(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.SkipUnless(File.Exists(path), $"{path} is missing: Debian's clamav-testfiles.");
        return File.ReadAllBytes(path);
    }
}
