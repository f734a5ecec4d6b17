using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Perisai.Engine;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Benchmarks;

/// <summary>
/// Lookups in place in a digest table of a mapped segment. Setting up prints the bytes that an entry takes on disk, with its name and
/// place in its source.
/// </summary>
[ShortRunJob]
public class HashTableBenchmarks
{
    private const int Lookups = 1024;
    private readonly string _path = Path.GetTempFileName();
    private readonly byte[][] _present = new byte[Lookups][];
    private readonly byte[][] _absent = new byte[Lookups][];
    private readonly List<uint> _found = new(Lookups);
    private DefinitionSet _definitions = null!;
    private HashTable _table = null!;

    [Params(100_000, 10_000_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var compiler = new DefinitionCompiler();
        var digest = new byte[16];
        for (var i = 0; i < Entries; i++)
        {
            Fill(digest, (ulong)i);
            compiler.Add(new HashDefinition($"Synthetic.Family-{i}-0", new("synthetic.hdb", i + 1), HashAlgorithmKind.Md5, HashScope.Object, 1000 + (i % 5000), DefinitionFlags.None), digest);
        }

        var (_, length) = compiler.Write(_path, DateTimeOffset.UnixEpoch);
        Console.WriteLine($"// {Entries} entries: {(double)length / Entries:0.00} bytes each on disk");
        _definitions = DefinitionSet.Open(_path);
        _table = _definitions.Views[0].HashTables[0];
        for (var i = 0; i < Lookups; i++)
        {
            Fill(_present[i] = new byte[16], (ulong)(i * (long)Entries / Lookups));
            Fill(_absent[i] = new byte[16], (ulong)(Entries + i));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _definitions.Dispose();
        File.Delete(_path);
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public int Absent()
    {
        _found.Clear();
        foreach (var digest in _absent)
            _table.Find(digest, 1000, _found);
        return _found.Count == 0 ? 0 : throw new InvalidOperationException("A digest was found that is not there.");
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public int Present()
    {
        _found.Clear();
        for (var i = 0; i < Lookups; i++)
            _table.Find(_present[i], 1000 + (i * (long)Entries / Lookups % 5000), _found);
        return _found.Count == Lookups ? Lookups : throw new InvalidOperationException($"{_found.Count} of {Lookups} digests were found.");
    }

    /// <summary>A digest that looks random and is the same each time.</summary>
    private static void Fill(byte[] digest, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(digest, HashKey.Mix(number + 1));
        BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(8), HashKey.Mix(number + 0x123456789));
    }
}
