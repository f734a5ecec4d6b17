using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Hashing;

/// <summary>
/// Sixteen lanes of MD5 in 512-bit vectors. A step is four instructions deep, as by ordinary arithmetic, for the processor rotates
/// and has every function of three bits.
/// </summary>
internal sealed unsafe class Md5Avx512Lanes : Md5Lanes
{
    // Truth tables of three bits, for RFC 1321's F, G, H and I of (b, c, d).
    private const byte F = 0xCA;
    private const byte G = 0xE4;
    private const byte H = 0x96;
    private const byte I = 0x39;

    public override int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Update(uint* state, byte** sources, int blocks)
    {
        var words = stackalloc Vector512<uint>[16];
        var stateA = Vector512.Load(state);
        var stateB = Vector512.Load(state + MaximumCount);
        var stateC = Vector512.Load(state + (2 * MaximumCount));
        var stateD = Vector512.Load(state + (3 * MaximumCount));
        for (var block = 0; block < blocks; block++)
        {
            Transpose(sources, words);
            for (var lane = 0; lane < 16; lane++)
                sources[lane] += BlockLength;
            var (a, b, c, d) = (stateA, stateB, stateC, stateD);
            Md5Rounds.Run<Vector512<uint>, Steps>(ref a, ref b, ref c, ref d, words);
            stateA += a;
            stateB += b;
            stateC += c;
            stateD += d;
        }

        stateA.Store(state);
        stateB.Store(state + MaximumCount);
        stateC.Store(state + (2 * MaximumCount));
        stateD.Store(state + (3 * MaximumCount));
    }

    /// <summary>Sixteen words of sixteen messages become sixteen vectors of one word each.</summary>
    private static void Transpose(byte** sources, Vector512<uint>* words)
    {
        // Quarters: of each four messages, the vectors whose k-th quarter holds word 4k, 4k + 1, 4k + 2 and 4k + 3 of the four.
        var quarters = stackalloc Vector512<uint>[16];
        for (var group = 0; group < 4; group++)
        {
            var r0 = Vector512.Load((uint*)sources[4 * group]);
            var r1 = Vector512.Load((uint*)sources[(4 * group) + 1]);
            var r2 = Vector512.Load((uint*)sources[(4 * group) + 2]);
            var r3 = Vector512.Load((uint*)sources[(4 * group) + 3]);
            var low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            var high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            var low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            var high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            quarters[group] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            quarters[4 + group] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            quarters[8 + group] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            quarters[12 + group] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
        }

        for (var column = 0; column < 4; column++)
        {
            var q = quarters + (4 * column);
            var even01 = Avx512F.Shuffle4x128(q[0], q[1], 0x88);
            var odd01 = Avx512F.Shuffle4x128(q[0], q[1], 0xDD);
            var even23 = Avx512F.Shuffle4x128(q[2], q[3], 0x88);
            var odd23 = Avx512F.Shuffle4x128(q[2], q[3], 0xDD);
            words[column] = Avx512F.Shuffle4x128(even01, even23, 0x88);
            words[4 + column] = Avx512F.Shuffle4x128(odd01, odd23, 0x88);
            words[8 + column] = Avx512F.Shuffle4x128(even01, even23, 0xDD);
            words[12 + column] = Avx512F.Shuffle4x128(odd01, odd23, 0xDD);
        }
    }

    private readonly struct Steps : IMd5Steps<Vector512<uint>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step1(
            ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, F) + (word + Vector512.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step2(
            ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, G) + (word + Vector512.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step3(
            ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, H) + (word + Vector512.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step4(
            ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, I) + (word + Vector512.Create(constant)), rotation);
    }
}
