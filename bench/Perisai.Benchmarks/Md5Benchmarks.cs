using BenchmarkDotNet.Attributes;
using Perisai.Engine;
using Perisai.Engine.Hashing;

namespace Perisai.Benchmarks;

/// <summary>Digests of objects of one MiB: one after another by the platform, and in lanes.</summary>
[ShortRunJob]
public class Md5Benchmarks
{
    private readonly Md5Batch _batch = new();
    private byte[][] _objects = [];

    [Params(1, 2, 3, 16)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup() => _objects = [.. Enumerable.Range(0, Count).Select(_ => new byte[1 << 20])];

    [Benchmark(Baseline = true)]
    public void OneAfterAnother()
    {
        foreach (var bytes in _objects)
            System.Security.Cryptography.MD5.HashData(bytes);
    }

    [Benchmark]
    public void InLanes() => _batch.Compute([.. _objects.Select(bytes => new Md5Job(new MemoryByteSource(bytes), 0, bytes.Length))]);
}
