using BenchmarkDotNet.Attributes;
using Perisai.Engine;
using Perisai.Engine.Hashing;

namespace Perisai.Benchmarks;

/// <summary>Digests of sixteen objects of one MiB: one after another, and in lanes.</summary>
[ShortRunJob]
public class Md5Benchmarks
{
    private readonly byte[][] _objects = [.. Enumerable.Range(0, 16).Select(_ => new byte[1 << 20])];
    private readonly Md5Batch _batch = new();

    [Benchmark(Baseline = true)]
    public void OneAfterAnother()
    {
        foreach (var bytes in _objects)
            System.Security.Cryptography.MD5.HashData(bytes);
    }

    [Benchmark]
    public void InLanes() => _batch.Compute([.. _objects.Select(bytes => new Md5Job(new MemoryByteSource(bytes), 0, bytes.Length))]);
}
