using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Lzma;

namespace Perisai.Engine.Tests.Containers.Codecs;

public sealed class DecoderMemoryTests
{
    private static readonly ScanLimits _limits = ScanLimits.Default with { MaxDecoderMemory = 64 << 20 };

    [Fact]
    public void AllDecodersOfARootShareTheLimit()
    {
        var budget = new ScanBudget(_limits);
        using var outer = new DecoderMemory(budget);
        using var inner = new DecoderMemory(budget);
        outer.Reserve(50 << 20);
        inner.Reserve(14 << 20);
        var refused = Assert.Throws<CodecException>(() => inner.Reserve(15 << 20));
        Assert.Equal(NotScannedReason.OverBudget, refused.Reason);
        outer.Dispose();
        inner.Reserve(64 << 20);
        Assert.Equal(64 << 20, inner.Bytes);
        inner.Dispose();
        Assert.Throws<CodecException>(() => outer.Reserve(-1L + (65 << 20)));
    }

    /// <summary>One root with large decoders at a time; the other waits, and its time does not run.</summary>
    [Fact]
    public async Task RootsWithLargeDecodersTakeTurns()
    {
        var first = new ScanBudget(_limits);
        var second = new ScanBudget(_limits with { MaxTime = TimeSpan.FromMilliseconds(50) });
        Assert.True(first.TryReserveMemory(40 << 20));
        var waiting = Task.Run(() => second.TryReserveMemory(40 << 20), TestContext.Current.CancellationToken);
        Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(200, TestContext.Current.CancellationToken)));
        first.ReleaseMemory();
        Assert.True(await waiting);
        Assert.Equal(BudgetLimit.None, second.Exhausted);
        second.ReleaseMemory();
    }

    [Fact]
    public void CancellingEndsTheWait()
    {
        using var cancellation = new CancellationTokenSource();
        var first = new ScanBudget(_limits);
        var second = new ScanBudget(_limits, cancellation.Token);
        Assert.True(first.TryReserveMemory(40 << 20));
        cancellation.Cancel();
        Assert.False(second.TryReserveMemory(40 << 20));
        Assert.Equal(BudgetLimit.Cancelled, second.Exhausted);
        first.ReleaseMemory();
    }

    /// <summary>What is inside the decoded bytes is scanned before the stream is disposed, and needs memory itself.</summary>
    [Fact]
    public void ADecoderThatIsDoneHoldsNoMemory()
    {
        using var work = new WorkFolder();
        var packed = work.RunWithInput(new byte[3 << 20], "xz", "-c", "--format=lzma");
        var budget = new ScanBudget(_limits with { MaxDecoderMemory = 8 << 20 });
        using var source = new MemoryByteSource(packed);
        using var input = new CodecInput(source, 0, packed.Length, budget);
        using var decoder = new LzmaStream(input);
        using var other = new DecoderMemory(budget);
        Assert.True(decoder.Read(new byte[1000]) > 0);
        Assert.Throws<CodecException>(() => other.Reserve(8 << 20));
        decoder.CopyTo(Stream.Null);
        Assert.True(decoder.Finished);
        other.Reserve(8 << 20);
    }
}
