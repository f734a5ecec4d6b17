using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Hashing;

/// <summary>Eight lanes of MD5 in 256-bit vectors.</summary>
internal sealed unsafe class Md5Avx2Lanes : Md5Lanes
{
    public static bool IsUsable => Avx2.IsSupported;

    public override int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Update(uint* state, byte** sources, int blocks)
    {
        var words = stackalloc Vector256<uint>[16];
        var stateA = Vector256.Load(state);
        var stateB = Vector256.Load(state + MaximumCount);
        var stateC = Vector256.Load(state + (2 * MaximumCount));
        var stateD = Vector256.Load(state + (3 * MaximumCount));
        for (var block = 0; block < blocks; block++)
        {
            Transpose(sources, 0, words);
            Transpose(sources, 32, words + 8);
            for (var lane = 0; lane < 8; lane++)
                sources[lane] += BlockLength;
            var (a, b, c, d) = (stateA, stateB, stateC, stateD);
            Md5Rounds.Run<Vector256<uint>, Steps>(ref a, ref b, ref c, ref d, words);
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

    /// <summary>Eight words of eight messages become eight vectors of one word each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(byte** sources, int offset, Vector256<uint>* words)
    {
        var r0 = Vector256.Load((uint*)(sources[0] + offset));
        var r1 = Vector256.Load((uint*)(sources[1] + offset));
        var r2 = Vector256.Load((uint*)(sources[2] + offset));
        var r3 = Vector256.Load((uint*)(sources[3] + offset));
        var r4 = Vector256.Load((uint*)(sources[4] + offset));
        var r5 = Vector256.Load((uint*)(sources[5] + offset));
        var r6 = Vector256.Load((uint*)(sources[6] + offset));
        var r7 = Vector256.Load((uint*)(sources[7] + offset));
        var t0 = Avx2.UnpackLow(r0, r1).AsUInt64();
        var t1 = Avx2.UnpackHigh(r0, r1).AsUInt64();
        var t2 = Avx2.UnpackLow(r2, r3).AsUInt64();
        var t3 = Avx2.UnpackHigh(r2, r3).AsUInt64();
        var t4 = Avx2.UnpackLow(r4, r5).AsUInt64();
        var t5 = Avx2.UnpackHigh(r4, r5).AsUInt64();
        var t6 = Avx2.UnpackLow(r6, r7).AsUInt64();
        var t7 = Avx2.UnpackHigh(r6, r7).AsUInt64();
        var u0 = Avx2.UnpackLow(t0, t2).AsUInt32();
        var u1 = Avx2.UnpackHigh(t0, t2).AsUInt32();
        var u2 = Avx2.UnpackLow(t1, t3).AsUInt32();
        var u3 = Avx2.UnpackHigh(t1, t3).AsUInt32();
        var u4 = Avx2.UnpackLow(t4, t6).AsUInt32();
        var u5 = Avx2.UnpackHigh(t4, t6).AsUInt32();
        var u6 = Avx2.UnpackLow(t5, t7).AsUInt32();
        var u7 = Avx2.UnpackHigh(t5, t7).AsUInt32();
        words[0] = Avx2.Permute2x128(u0, u4, 0x20);
        words[1] = Avx2.Permute2x128(u1, u5, 0x20);
        words[2] = Avx2.Permute2x128(u2, u6, 0x20);
        words[3] = Avx2.Permute2x128(u3, u7, 0x20);
        words[4] = Avx2.Permute2x128(u0, u4, 0x31);
        words[5] = Avx2.Permute2x128(u1, u5, 0x31);
        words[6] = Avx2.Permute2x128(u2, u6, 0x31);
        words[7] = Avx2.Permute2x128(u3, u7, 0x31);
    }

    private readonly struct Steps : IMd5Steps<Vector256<uint>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step1(
            ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Rotate(a + (d ^ (b & (c ^ d))) + (word + Vector256.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step2(
            ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Rotate(a + (c ^ (d & (b ^ c))) + (word + Vector256.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step3(
            ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Rotate(a + (b ^ c ^ d) + (word + Vector256.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step4(
            ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant,
            [ConstantExpected] byte rotation) =>
            a = b + Rotate(a + (c ^ (b | ~d)) + (word + Vector256.Create(constant)), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<uint> Rotate(Vector256<uint> value, byte by) => (value << by) | (value >>> (32 - by));
    }
}
