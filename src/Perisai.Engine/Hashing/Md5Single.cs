using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Perisai.Engine.Hashing;

/// <summary>
/// MD5 of one message by ordinary arithmetic, from any state to any later one: for the few messages that are left when the others in lanes have ended. A
/// vector of sixteen lanes takes twice as long for a block as this.
/// </summary>
internal static unsafe class Md5Single
{
    /// <summary>Takes blocks of 64 bytes.</summary>
    /// <param name="state">The words A, B, C and D, <paramref name="stride"/> words apart.</param>
    /// <param name="stride">Words.</param>
    /// <param name="source">The first block.</param>
    /// <param name="blocks">Their number.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(uint* state, int stride, byte* source, int blocks)
    {
        var (stateA, stateB, stateC, stateD) = (state[0], state[stride], state[2 * stride], state[3 * stride]);
        for (var block = 0; block < blocks; block++)
        {
            // A processor that stores the other end first has no vectors that are used here; see Md5Lanes.IsSupported.
            var words = (uint*)(source + (block * Md5Lanes.BlockLength));
            var (a, b, c, d) = (stateA, stateB, stateC, stateD);
            Md5Rounds.Run<uint, Steps>(ref a, ref b, ref c, ref d, words);
            stateA += a;
            stateB += b;
            stateC += c;
            stateD += d;
        }

        state[0] = stateA;
        state[stride] = stateB;
        state[2 * stride] = stateC;
        state[3 * stride] = stateD;
    }

    /// <summary>Written so that what depends on b, which comes last, is few operations deep.</summary>
    private readonly struct Steps : IMd5Steps<uint>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step1(ref uint a, uint b, uint c, uint d, uint word, uint constant, [ConstantExpected] byte rotation) =>
            a = b + BitOperations.RotateLeft(a + word + constant + (d ^ (b & (c ^ d))), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step2(ref uint a, uint b, uint c, uint d, uint word, uint constant, [ConstantExpected] byte rotation) =>
            a = b + BitOperations.RotateLeft(a + word + constant + (c & ~d) + (b & d), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step3(ref uint a, uint b, uint c, uint d, uint word, uint constant, [ConstantExpected] byte rotation) =>
            a = b + BitOperations.RotateLeft(a + word + constant + (c ^ d ^ b), rotation);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Step4(ref uint a, uint b, uint c, uint d, uint word, uint constant, [ConstantExpected] byte rotation) =>
            a = b + BitOperations.RotateLeft(a + word + constant + (c ^ (b | ~d)), rotation);
    }
}
