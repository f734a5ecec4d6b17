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

    // The 64 steps of RFC 1321, section 3.4: word, constant (4294967296 times |sin i|) and rotation of each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rounds(
        ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d, Vector512<uint>* words)
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
        ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
        [ConstantExpected] byte rotation) =>
        a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, F) + (word + Vector512.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step2(
        ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
        [ConstantExpected] byte rotation) =>
        a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, G) + (word + Vector512.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step3(
        ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
        [ConstantExpected] byte rotation) =>
        a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, H) + (word + Vector512.Create(constant)), rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step4(
        ref Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint> word, uint constant,
        [ConstantExpected] byte rotation) =>
        a = b + Avx512F.RotateLeft(a + Avx512F.TernaryLogic(b, c, d, I) + (word + Vector512.Create(constant)), rotation);
}
