using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Hashing;

/// <summary>
/// MD5 (RFC 1321) of several messages at once, one in each 32-bit lane of a vector. MD5 is a single chain of dependent additions: one
/// message uses a quarter of what a processor could do, and many in vectors cost little more time than one.
/// </summary>
internal abstract unsafe class Md5Lanes : IDisposable
{
    public const int MaximumCount = 16;
    public const int BlockLength = 64;

    /// <summary>Running lanes up to which one after another, by ordinary arithmetic, is faster than all at once.</summary>
    public const int Few = 2;

    /// <summary>The four words of the state, each of all lanes.</summary>
    private readonly uint* _state = (uint*)NativeMemory.AlignedAlloc(4 * MaximumCount * sizeof(uint), 64);

    /// <summary>Whether lanes are worth using here.</summary>
    public static bool IsSupported => Md5Avx2Lanes.IsUsable;

    /// <summary>Lanes.</summary>
    public abstract int Count { get; }

    /// <summary>The widest lanes of this processor.</summary>
    public static Md5Lanes Create() => Avx512F.IsSupported ? new Md5Avx512Lanes() : new Md5Avx2Lanes();

    /// <summary>Begins a new message in a lane.</summary>
    public void Reset(int lane)
    {
        _state[lane] = 0x67452301;
        _state[MaximumCount + lane] = 0xEFCDAB89;
        _state[(2 * MaximumCount) + lane] = 0x98BADCFE;
        _state[(3 * MaximumCount) + lane] = 0x10325476;
    }

    /// <summary>The state of a lane after its last, padded block: the digest.</summary>
    public void Digest(int lane, Span<byte> digest)
    {
        var words = MemoryMarshal.Cast<byte, uint>(digest);
        for (var i = 0; i < 4; i++)
            words[i] = _state[(i * MaximumCount) + lane];
    }

    /// <summary>Takes <paramref name="blocks"/> blocks of 64 bytes from the address of each lane; the addresses are moved on.</summary>
    public void Update(byte** sources, int blocks) => Update(_state, sources, blocks);

    /// <summary>The same for one lane alone.</summary>
    public void UpdateSingle(int lane, byte* source, int blocks) => Md5Single.Update(_state + lane, MaximumCount, source, blocks);

    public void Dispose() => NativeMemory.AlignedFree(_state);

    protected abstract void Update(uint* state, byte** sources, int blocks);
}
