using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Perisai.Engine.Hashing;

namespace Perisai.Engine.Tests.Hashing;

public sealed class Md5BatchTests
{
    public static TheoryData<int, int> Cases { get; } = new(
        from count in (int[])[1, 2, 7, 8, 17, 300]
        from lanes in (int[])[0, 8, 16]
        select (count, lanes));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Digests_are_those_of_the_platform(int count, int lanes)
    {
        Assert.SkipUnless(lanes != 8 || Avx2.IsSupported, "The processor has no AVX2.");
        Assert.SkipUnless(lanes != 16 || Avx512F.IsSupported, "The processor has no AVX-512.");
        var random = new Random(count);
        var messages = Enumerable.Range(0, count).Select(i =>
        {
            var bytes = new byte[i < 200 ? i : random.Next(200_000)];
            random.NextBytes(bytes);
            return bytes;
        }).ToList();
        var jobs = messages.Select(bytes => new Md5Job(new MemoryByteSource(bytes), 0, bytes.Length)).ToList();
        using var batch = new Md5Batch(lanes switch { 8 => new Md5Avx2Lanes(), 16 => new Md5Avx512Lanes(), _ => null });
        batch.Compute([.. jobs]);
        for (var i = 0; i < count; i++)
        {
            Assert.True(jobs[i].IsComplete);
            Assert.Equal(MD5.HashData(messages[i]), jobs[i].Digest);
        }

        // Once more with the same lanes: no state is left over.
        var again = messages.Select(bytes => new Md5Job(new MemoryByteSource(bytes), bytes.Length / 2, bytes.Length - (bytes.Length / 2))).ToList();
        batch.Compute([.. again]);
        for (var i = 0; i < count; i++)
            Assert.Equal(MD5.HashData(messages[i].AsSpan(messages[i].Length / 2)), again[i].Digest);
    }

    [Fact]
    public void A_range_that_ends_early_is_incomplete_and_the_others_are_not()
    {
        var bytes = new byte[100_000];
        var jobs = Enumerable.Range(0, 10).Select(i => new Md5Job(new MemoryByteSource(bytes), 0, i == 4 ? 200_000 : 100_000)).ToList();
        using var batch = new Md5Batch();
        batch.Compute([.. jobs]);
        for (var i = 0; i < jobs.Count; i++)
        {
            Assert.Equal(i != 4, jobs[i].IsComplete);
            if (i != 4)
                Assert.Equal(MD5.HashData(bytes), jobs[i].Digest);
        }
    }
}
