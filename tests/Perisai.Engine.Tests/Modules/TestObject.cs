using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>An object for modules to look at.</summary>
internal static class TestObject
{
    public static ModuleContext Context(byte[] input, byte[]? data = null, Action<string>? print = null, bool inMemory = true) =>
        new(inMemory ? new MemoryByteSource(input) : new UnmappedSource(input), new ScanBudget(ScanLimits.Default)) { Data = data, Print = print };

    /// <summary>Loads a module for an object.</summary>
    public static (StructType Schema, RuleStruct Facts) Load(string module, byte[] input, bool inMemory = true) =>
        (RuleModules.Find(module)!.Schema, RuleModules.Find(module)!.Load(Context(input, inMemory: inMemory)));

    /// <summary>Bytes that can only be read piece by piece, as those of a file.</summary>
    private sealed class UnmappedSource(byte[] bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Clamp(bytes.Length - offset, 0, destination.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(destination);
            return count;
        }
    }
}
