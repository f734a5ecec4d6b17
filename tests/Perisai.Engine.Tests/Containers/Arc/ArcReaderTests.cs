using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Arc;
using Perisai.Engine.Containers.Dos;

namespace Perisai.Engine.Tests.Containers.Arc;

/// <summary>ARC archives that Debian's arc makes, and old archives behind programs.</summary>
public sealed class ArcReaderTests
{
    private static readonly Dictionary<string, byte[]> _files = new()
    {
        ["noise.bin"] = Noise(),
        ["runs.bin"] = [.. Enumerable.Repeat((byte)'A', 500), .. "BC"u8, .. Enumerable.Repeat((byte)0x90, 10), .. Enumerable.Repeat((byte)'D', 300)],
        ["text.txt"] = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 9000).Select(n => $"line {n} of the text\n"))),
        ["letters.bin"] = [.. Noise().Take(400).Select(value => (byte)"aaaaaaaaaabbbbccd"[value % 17])],
        ["numbers"] = Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 3000).Select(n => n * 13))),
        ["few.bin"] = [.. Noise().Take(200), .. new byte[40], .. Noise().Take(200)],
    };

    [Theory]
    [InlineData("a")]
    [InlineData("as")]
    [InlineData("aq")]
    public void FilesOfEveryMethodComeOut(string command)
    {
        using var work = new WorkFolder();
        var archive = Build(work, command);
        Assert.Equal(FileType.Arc, ContainerDispatcher.Identify(new MemoryByteSource(archive), new ScanBudget(ScanLimits.Default)));
        var sink = ArcReader.Instance.Read(archive);
        sink.AssertClean();
        sink.AssertHolds(_files);
        if (command == "a")
            Assert.Superset(new HashSet<int> { 2, 4, 8 }, Methods(archive));
        if (command == "aq")
            Assert.Contains(9, Methods(archive));
    }

    /// <summary>Compiled descriptions of terminals begin with the same two bytes.</summary>
    [Fact]
    public void ADescriptionOfATerminalIsNoArchive()
    {
        byte[] terminal = [0x1A, 1, (byte)'5', 0, 0x15, 0, 3, 0, 0xD7, 0, 0xE9, 1, .. "att7300|unixpc|pc7300|3b1|AT&T UNIX PC Model 7300"u8, .. new byte[900]];
        Assert.NotEqual(FileType.Arc, ContainerDispatcher.Identify(new MemoryByteSource(terminal), new ScanBudget(ScanLimits.Default)));
    }

    [Fact]
    public void WhatIsWrongIsSaid()
    {
        using var work = new WorkFolder();
        var archive = Build(work, "as");
        archive[40]++;
        Assert.Equal(ArcFaults.Checksum, Assert.Single(ArcReader.Instance.Read(archive).Faults).Id);
        Assert.Equal(ArcFaults.MissingEnd, ArcReader.Instance.Read(archive[..^2]).Losses[^1].Id);
        archive[1] = 6;
        Assert.Equal(NotScannedReason.Unsupported, Assert.Single(ArcReader.Instance.Read(archive).NotScanned).Reason);
    }

    /// <summary>A DOS program of 100 bytes, and behind it an archive, at once or a little later.</summary>
    [Theory]
    [InlineData("arj", 0)]
    [InlineData("arj", 333)]
    [InlineData("lha", 0)]
    [InlineData("lha", 333)]
    [InlineData("arc", 0)]
    public void ArchivesBehindProgramsAreFound(string kind, int distance)
    {
        using var work = new WorkFolder();
        byte[] archive;
        if (kind == "arc")
        {
            archive = Build(work, "a");
        }
        else if (kind == "lha")
        {
            archive = new Lha.LhaBuilder().Add("text.txt", "-lh5-", _files["text.txt"], 1).ToArray();
        }
        else
        {
            work.Write("text.txt", _files["text.txt"]);
            work.Run("arj", "a", "-y", "out", "text.txt");
            archive = work.Bytes("out.arj");
        }

        byte[] program = [.. "MZ"u8, 100, 0, 1, 0, .. new byte[94], .. new byte[distance], .. archive];
        var member = Assert.Single(DosProgramReader.Instance.Read(program).Members);
        Assert.Equal(archive, member.Content);
        var windows = new Pe.ProgramBuilder { Overlay = [.. new byte[distance], .. archive] }.Add(".text", new byte[600]).ToArray();
        Assert.Contains(Perisai.Engine.Containers.Pe.PeContentReader.Instance.Read(windows).Members, found => found.Content.AsSpan().SequenceEqual(archive));
    }

    private static byte[] Build(WorkFolder work, string command)
    {
        foreach (var (name, content) in _files)
            work.Write(name, content);
        work.Run("arc", [command, "out.arc", .. _files.Keys]);
        return work.Bytes("out.arc");
    }

    private static HashSet<int> Methods(byte[] archive)
    {
        var methods = new HashSet<int>();
        for (var at = 0; archive[at + 1] != 0; at += 29 + BitConverter.ToInt32(archive, at + 15))
            methods.Add(archive[at + 1]);
        return methods;
    }

    private static byte[] Noise()
    {
        var bytes = new byte[2000];
        new Random(4).NextBytes(bytes);
        return bytes;
    }
}
