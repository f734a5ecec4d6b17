namespace Perisai.Engine.Tests;

public sealed class GuardedMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(70_001)]
    public void HoldsItsContentAtEitherEdge(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        using var before = GuardedMemory.Allocate(content, atEnd: true);
        using var after = GuardedMemory.Allocate(content, atEnd: false);
        Assert.True(before.Span.SequenceEqual(content));
        Assert.True(after.Span.SequenceEqual(content));
    }

    [Fact]
    public unsafe void LiesAgainstThePageBorder()
    {
        using var before = GuardedMemory.Allocate([1, 2, 3], atEnd: true);
        using var after = GuardedMemory.Allocate([1, 2, 3], atEnd: false);
        fixed (byte* end = before.Span, start = after.Span)
        {
            Assert.Equal(0u, ((nuint)end + 3) % (nuint)Environment.SystemPageSize);
            Assert.Equal(0u, (nuint)start % (nuint)Environment.SystemPageSize);
        }
    }
}
