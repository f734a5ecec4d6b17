using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>
/// A file of each format that a module reads, cut at 200 places and damaged, in memory that ends at a page without access: every field is read and
/// every function called.
/// </summary>
public sealed class GuardedModuleTests
{
    private const int Cuts = 200;
    private const int Changes = 150;

    /// <summary>Elements looked at in each array.</summary>
    private const int Elements = 100;

    public static TheoryData<string, string> Samples =>
    [
        ("elf", "elf"), ("macho", "macho"), ("macho", "fat"), ("dex", "dex"), ("lnk", "lnk"), ("crx", "crx2"), ("crx", "crx3"), ("dotnet", "signed"),
        ("pe", "signed"), ("pe", "signature"),
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Nothing_is_read_outside_of_a_file_that_was_cut(string module, string sample)
    {
        var file = SampleOf(sample, out var start);
        for (var i = 0; i < Cuts; i++)
        {
            // Half of the places lie where the tables are.
            var length = i < Cuts / 2 ? start + Math.Min(file.Length - start, 2048) * i / (Cuts / 2) : (int)((long)file.Length * (i - Cuts / 2) / (Cuts / 2));
            ReadAll(module, file.AsSpan(0, length));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Nothing_is_read_outside_of_a_file_that_was_damaged(string module, string sample)
    {
        var file = SampleOf(sample, out var start);
        var random = new Random(17);
        for (var round = 0; round < Changes; round++)
        {
            var damaged = (byte[])file.Clone();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                // The first four bytes say what it is.
                var place = random.Next(Math.Max(4, start), random.Next(2) == 0 ? Math.Min(start + 4096, file.Length) : file.Length);
                damaged[place] = random.Next(4) switch { 0 => 0xFF, 1 => 0, 2 => (byte)(damaged[place] ^ 1 << random.Next(8)), _ => (byte)random.Next(256) };
            }

            ReadAll(module, damaged);
        }
    }

    private static void ReadAll(string name, ReadOnlySpan<byte> bytes)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        using var guarded = GuardedMemory.Allocate(bytes, atEnd: true);
        using var memory = new GuardedBytes(guarded);
        var module = RuleModules.Find(name)!;
        var facts = module.Load(new ModuleContext(new MemoryByteSource(memory.Memory), new ScanBudget(ScanLimits.Default)));
        FactDump.Write(new Dictionary<string, string>(), name, module.Schema, facts, Elements);
        ModuleCalls.CallAll(module.Schema, facts);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < 256 << 20, $"{allocated} bytes of memory for {bytes.Length} bytes");
    }

    /// <summary>A file, and where in it the tables begin that are of interest.</summary>
    private static byte[] SampleOf(string sample, out int start)
    {
        start = 0;
        switch (sample)
        {
            case "elf" or "macho":
                return TestFiles.Of(sample)[^1];
            case "fat":
                return TestFiles.Fat(TestFiles.Of("macho"), wide: false);
            case "dex":
                return DexSample.Create(6, 20, 100);
            case "lnk":
                return Lnk.LnkModuleTests.Example();
            case "crx2":
                return Crx.CrxModuleTests.Example(2, out _, out _);
            case "crx3":
                return Crx.CrxModuleTests.Example(3, out _, out _);
            default:
                // A library of Microsoft that these tests bring along, with a signature and a time stamp at its end.
                var path = Path.Combine(AppContext.BaseDirectory, "System.IO.Hashing.dll");
                Assert.SkipUnless(File.Exists(path), "System.IO.Hashing.dll is not beside the tests.");
                var file = File.ReadAllBytes(path);
                var header = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(0x3C));
                if (sample == "signature")
                    start = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(header + 24 + 96 + 4 * 8));
                return file;
        }
    }

    /// <summary>Guarded memory as the engine takes bytes.</summary>
    private sealed unsafe class GuardedBytes(GuardedMemory memory) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new((void*)Start, memory.Length);

        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)Start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }

        private nint Start => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span));
    }
}
