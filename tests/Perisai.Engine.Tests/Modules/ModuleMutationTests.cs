using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>
/// Real programs, and made shortcuts and extensions, cut short and damaged at random: every field is read and every function called, nothing throws, and memory is bounded.
/// </summary>
public class ModuleMutationTests
{
    /// <summary>Of one module over one object, everything read.</summary>
    private const long MostMemory = 1L << 30;

    private static readonly string[] _modules = ["pe", "dotnet", "lnk", "crx"];

    [Fact]
    public void ProgramsThatAreCutShortAreRead()
    {
        foreach (var (path, bytes) in Programs())
        {
            // Half of the places lie in the headers.
            for (var i = 0; i < 200; i++)
            {
                var length = i < 100 ? Math.Min(bytes.Length, 1024) * i / 100 : (int)(bytes.Length * (i - 100L) / 100);
                ReadAll(bytes[..length], $"{path} cut at {length}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ProgramsThatAreDamagedAreRead(int seed)
    {
        var random = new Random(seed);
        foreach (var (path, bytes) in Programs())
        {
            for (var round = 0; round < 100; round++)
            {
                var damaged = (byte[])bytes.Clone();
                var places = new List<int>();
                for (var i = random.Next(1, 16); i > 0; i--)
                {
                    // Numbers that are too great, and too small, and whatever.
                    var place = random.Next(random.Next(2) == 0 ? Math.Min(damaged.Length, 4096) : damaged.Length);
                    damaged[place] = random.Next(4) switch { 0 => 0xFF, 1 => 0, 2 => 0x80, _ => (byte)random.Next(256) };
                    places.Add(place);
                }

                ReadAll(damaged, $"{path} damaged at {string.Join(", ", places)} (seed {seed})");
            }
        }
    }

    private static void ReadAll(byte[] bytes, string what)
    {
        foreach (var name in _modules)
        {
            var memory = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var module = RuleModules.Find(name)!;
                var context = new ModuleContext(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default));
                FactDump.Of(module, context, maximumElements: 100);
                ModuleCalls.CallAll(module.Schema, module.Load(context));
            }
            catch (Exception exception)
            {
                Assert.Fail($"{name}: {what}: {exception}");
            }

            memory = GC.GetAllocatedBytesForCurrentThread() - memory;
            Assert.True(memory < MostMemory, $"{name}: {what}: {memory} bytes of memory");
        }
    }

    private static IEnumerable<(string Path, byte[] Bytes)> Programs()
    {
        var files = PortableExecutables.Find(200).Where(path => new FileInfo(path).Length < 150_000).ToList();
        Assert.SkipWhen(files.Count == 0, "there are no programs for Windows on this machine.");
        return Enumerable.Range(0, Math.Min(8, files.Count)).Select(i => files[i * files.Count / Math.Min(8, files.Count)])
            .Select(path => (path, File.ReadAllBytes(path)))
            .Append(("a shortcut", Lnk.LnkModuleTests.Example()))
            .Append(("an extension of version 2", Crx.CrxModuleTests.Example(2, out _, out _)))
            .Append(("an extension of version 3", Crx.CrxModuleTests.Example(3, out _, out _)));
    }
}
