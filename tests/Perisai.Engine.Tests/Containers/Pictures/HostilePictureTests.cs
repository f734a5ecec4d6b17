using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Pictures;

namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>Damaged pictures: a hash or a fault, never an exception, and no more memory than the size in their headers allows.</summary>
public sealed class HostilePictureTests
{
    private const int Cuts = 200;
    private const int Mutants = 400;

    /// <summary>A header may be changed to the greatest picture that is decoded; the reduction needs some megabytes more.</summary>
    private const long MaxAllocated = 200 << 20;

    public static TheoryData<string> Samples => [.. PictureSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_whole_picture_has_a_hash(string name)
    {
        Assert.NotEqual(SigTool.None, SigTool.Hash(PictureSamples.All[name]()));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Cuts_and_changes_end_in_a_hash_or_a_fault(string name)
    {
        var sample = PictureSamples.All[name]();
        var faults = 0;
        for (var i = 0; i < Cuts; i++)
            faults += Try(sample[..(int)((long)sample.Length * i / Cuts)]);
        var random = new Random(5);
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = sample.ToArray();
            for (var changes = random.Next(1, 8); changes > 0; changes--)
                mutant[random.Next(random.Next(2) == 0 ? mutant.Length : Math.Min(mutant.Length, 64))] = (byte)random.Next(256);
            faults += Try(mutant);
        }

        Assert.True(faults > Cuts / 4, $"{faults} faults");
    }

    [Fact]
    public void A_picture_with_too_many_pixels_is_a_fault_and_costs_nothing()
    {
        var bytes = PictureBytes.Png(60_000, 60_000, 8, 6, interlaced: false, null, new byte[1000]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(PictureDecoder.Hash(FileType.Png, new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default), out var fault));
        Assert.Equal(PictureFaults.TooLarge, fault?.Id);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Tiles_of_many_times_the_picture_are_a_fault()
    {
        var tile = new byte[1000];
        var bytes = PictureBytes.Tiff(1, 60_000, 8, 1, 1, 1, 16, isBigEndian: false, [.. Enumerable.Repeat(tile, 3750)], tileWidth: 60_000);
        Assert.Null(PictureDecoder.Hash(FileType.Tiff, new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default), out var fault));
        Assert.Equal(PictureFaults.TooLarge, fault?.Id);
    }

    private static int Try(byte[] bytes)
    {
        using var source = new MemoryByteSource(bytes);
        var budget = new ScanBudget(ScanLimits.Default);
        var type = ContainerDispatcher.Identify(source, budget);
        if (!PictureDecoder.Decodes(type))
            return 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var hash = PictureDecoder.Hash(type, source, budget, out var fault);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MaxAllocated, $"{allocated} bytes allocated");
        Assert.Equal(hash is null, fault is not null);
        Assert.Equal(BudgetLimit.None, budget.Exhausted);
        Assert.True(budget.TryReserveMemory(ScanLimits.Default.MaxDecoderMemory), "memory was not given back");
        budget.ReleaseMemory();
        return fault is null ? 0 : 1;
    }
}
