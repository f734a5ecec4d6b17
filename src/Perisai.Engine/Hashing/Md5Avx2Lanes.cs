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
            Rounds(ref a, ref b, ref c, ref d, words);
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

    // The 64 steps of RFC 1321, section 3.4: word, constant (4294967296 times |sin i|) and rotation of each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rounds(
        ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d, Vector256<uint>* words)
    {
        Step1(ref a, b, c, d, words[0], 0xD76AA478, 7);
        Step1(ref d, a, b, c, words[1], 0xE8C7B756, 12);
        Step1(ref c, d, a, b, words[2], 0x242070DB, 17);
        Step1(ref b, c, d, a, words[3], 0xC1BDCEEE, 22);
        Step1(ref a, b, c, d, words[4], 0xF57C0FAF, 7);
        Step1(ref d, a, b, c, words[5], 0x4787C62A, 12);
        Step1(ref c, d, a, b, words[6], 0xA8304613, 17);
        Step1(ref b, c, d, a, words[7], 0xFD469501, 22);
        Step1(ref a, b, c, d, words[8], 0x698098D8, 7);
        Step1(ref d, a, b, c, words[9], 0x8B44F7AF, 12);
        Step1(ref c, d, a, b, words[10], 0xFFFF5BB1, 17);
        Step1(ref b, c, d, a, words[11], 0x895CD7BE, 22);
        Step1(ref a, b, c, d, words[12], 0x6B901122, 7);
        Step1(ref d, a, b, c, words[13], 0xFD987193, 12);
        Step1(ref c, d, a, b, words[14], 0xA679438E, 17);
        Step1(ref b, c, d, a, words[15], 0x49B40821, 22);
        Step2(ref a, b, c, d, words[1], 0xF61E2562, 5);
        Step2(ref d, a, b, c, words[6], 0xC040B340, 9);
        Step2(ref c, d, a, b, words[11], 0x265E5A51, 14);
        Step2(ref b, c, d, a, words[0], 0xE9B6C7AA, 20);
        Step2(ref a, b, c, d, words[5], 0xD62F105D, 5);
        Step2(ref d, a, b, c, words[10], 0x02441453, 9);
        Step2(ref c, d, a, b, words[15], 0xD8A1E681, 14);
        Step2(ref b, c, d, a, words[4], 0xE7D3FBC8, 20);
        Step2(ref a, b, c, d, words[9], 0x21E1CDE6, 5);
        Step2(ref d, a, b, c, words[14], 0xC33707D6, 9);
        Step2(ref c, d, a, b, words[3], 0xF4D50D87, 14);
        Step2(ref b, c, d, a, words[8], 0x455A14ED, 20);
        Step2(ref a, b, c, d, words[13], 0xA9E3E905, 5);
        Step2(ref d, a, b, c, words[2], 0xFCEFA3F8, 9);
        Step2(ref c, d, a, b, words[7], 0x676F02D9, 14);
        Step2(ref b, c, d, a, words[12], 0x8D2A4C8A, 20);
        Step3(ref a, b, c, d, words[5], 0xFFFA3942, 4);
        Step3(ref d, a, b, c, words[8], 0x8771F681, 11);
        Step3(ref c, d, a, b, words[11], 0x6D9D6122, 16);
        Step3(ref b, c, d, a, words[14], 0xFDE5380C, 23);
        Step3(ref a, b, c, d, words[1], 0xA4BEEA44, 4);
        Step3(ref d, a, b, c, words[4], 0x4BDECFA9, 11);
        Step3(ref c, d, a, b, words[7], 0xF6BB4B60, 16);
        Step3(ref b, c, d, a, words[10], 0xBEBFBC70, 23);
        Step3(ref a, b, c, d, words[13], 0x289B7EC6, 4);
        Step3(ref d, a, b, c, words[0], 0xEAA127FA, 11);
        Step3(ref c, d, a, b, words[3], 0xD4EF3085, 16);
        Step3(ref b, c, d, a, words[6], 0x04881D05, 23);
        Step3(ref a, b, c, d, words[9], 0xD9D4D039, 4);
        Step3(ref d, a, b, c, words[12], 0xE6DB99E5, 11);
        Step3(ref c, d, a, b, words[15], 0x1FA27CF8, 16);
        Step3(ref b, c, d, a, words[2], 0xC4AC5665, 23);
        Step4(ref a, b, c, d, words[0], 0xF4292244, 6);
        Step4(ref d, a, b, c, words[7], 0x432AFF97, 10);
        Step4(ref c, d, a, b, words[14], 0xAB9423A7, 15);
        Step4(ref b, c, d, a, words[5], 0xFC93A039, 21);
        Step4(ref a, b, c, d, words[12], 0x655B59C3, 6);
        Step4(ref d, a, b, c, words[3], 0x8F0CCC92, 10);
        Step4(ref c, d, a, b, words[10], 0xFFEFF47D, 15);
        Step4(ref b, c, d, a, words[1], 0x85845DD1, 21);
        Step4(ref a, b, c, d, words[8], 0x6FA87E4F, 6);
        Step4(ref d, a, b, c, words[15], 0xFE2CE6E0, 10);
        Step4(ref c, d, a, b, words[6], 0xA3014314, 15);
        Step4(ref b, c, d, a, words[13], 0x4E0811A1, 21);
        Step4(ref a, b, c, d, words[4], 0xF7537E82, 6);
        Step4(ref d, a, b, c, words[11], 0xBD3AF235, 10);
        Step4(ref c, d, a, b, words[2], 0x2AD7D2BB, 15);
        Step4(ref b, c, d, a, words[9], 0xEB86D391, 21);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step1(
        ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant, byte rotation) =>
        a = b + Rotate(a + (d ^ (b & (c ^ d))) + (word + Vector256.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step2(
        ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant, byte rotation) =>
        a = b + Rotate(a + (c ^ (d & (b ^ c))) + (word + Vector256.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step3(
        ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant, byte rotation) =>
        a = b + Rotate(a + (b ^ c ^ d) + (word + Vector256.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step4(
        ref Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d, Vector256<uint> word, uint constant, byte rotation) =>
        a = b + Rotate(a + (c ^ (b | ~d)) + (word + Vector256.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, byte by) => (value << by) | (value >>> (32 - by));
}
