using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Perisai.Engine.Hashing;

/// <summary>The four kinds of steps of MD5 (RFC 1321, section 3.4) on words, or on vectors of words of several messages.</summary>
internal interface IMd5Steps<T>
    where T : unmanaged
{
    static abstract void Step1(ref T a, T b, T c, T d, T word, uint constant, [ConstantExpected] byte rotation);

    static abstract void Step2(ref T a, T b, T c, T d, T word, uint constant, [ConstantExpected] byte rotation);

    static abstract void Step3(ref T a, T b, T c, T d, T word, uint constant, [ConstantExpected] byte rotation);

    static abstract void Step4(ref T a, T b, T c, T d, T word, uint constant, [ConstantExpected] byte rotation);
}

/// <summary>The 64 steps of a block of MD5.</summary>
internal static unsafe class Md5Rounds
{
    // RFC 1321, section 3.4: word, constant (4294967296 times |sin i|) and rotation of each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TSteps>(ref T a, ref T b, ref T c, ref T d, T* words)
        where T : unmanaged
        where TSteps : struct, IMd5Steps<T>
    {
        TSteps.Step1(ref a, b, c, d, words[0], 0xD76AA478, 7);
        TSteps.Step1(ref d, a, b, c, words[1], 0xE8C7B756, 12);
        TSteps.Step1(ref c, d, a, b, words[2], 0x242070DB, 17);
        TSteps.Step1(ref b, c, d, a, words[3], 0xC1BDCEEE, 22);
        TSteps.Step1(ref a, b, c, d, words[4], 0xF57C0FAF, 7);
        TSteps.Step1(ref d, a, b, c, words[5], 0x4787C62A, 12);
        TSteps.Step1(ref c, d, a, b, words[6], 0xA8304613, 17);
        TSteps.Step1(ref b, c, d, a, words[7], 0xFD469501, 22);
        TSteps.Step1(ref a, b, c, d, words[8], 0x698098D8, 7);
        TSteps.Step1(ref d, a, b, c, words[9], 0x8B44F7AF, 12);
        TSteps.Step1(ref c, d, a, b, words[10], 0xFFFF5BB1, 17);
        TSteps.Step1(ref b, c, d, a, words[11], 0x895CD7BE, 22);
        TSteps.Step1(ref a, b, c, d, words[12], 0x6B901122, 7);
        TSteps.Step1(ref d, a, b, c, words[13], 0xFD987193, 12);
        TSteps.Step1(ref c, d, a, b, words[14], 0xA679438E, 17);
        TSteps.Step1(ref b, c, d, a, words[15], 0x49B40821, 22);
        TSteps.Step2(ref a, b, c, d, words[1], 0xF61E2562, 5);
        TSteps.Step2(ref d, a, b, c, words[6], 0xC040B340, 9);
        TSteps.Step2(ref c, d, a, b, words[11], 0x265E5A51, 14);
        TSteps.Step2(ref b, c, d, a, words[0], 0xE9B6C7AA, 20);
        TSteps.Step2(ref a, b, c, d, words[5], 0xD62F105D, 5);
        TSteps.Step2(ref d, a, b, c, words[10], 0x02441453, 9);
        TSteps.Step2(ref c, d, a, b, words[15], 0xD8A1E681, 14);
        TSteps.Step2(ref b, c, d, a, words[4], 0xE7D3FBC8, 20);
        TSteps.Step2(ref a, b, c, d, words[9], 0x21E1CDE6, 5);
        TSteps.Step2(ref d, a, b, c, words[14], 0xC33707D6, 9);
        TSteps.Step2(ref c, d, a, b, words[3], 0xF4D50D87, 14);
        TSteps.Step2(ref b, c, d, a, words[8], 0x455A14ED, 20);
        TSteps.Step2(ref a, b, c, d, words[13], 0xA9E3E905, 5);
        TSteps.Step2(ref d, a, b, c, words[2], 0xFCEFA3F8, 9);
        TSteps.Step2(ref c, d, a, b, words[7], 0x676F02D9, 14);
        TSteps.Step2(ref b, c, d, a, words[12], 0x8D2A4C8A, 20);
        TSteps.Step3(ref a, b, c, d, words[5], 0xFFFA3942, 4);
        TSteps.Step3(ref d, a, b, c, words[8], 0x8771F681, 11);
        TSteps.Step3(ref c, d, a, b, words[11], 0x6D9D6122, 16);
        TSteps.Step3(ref b, c, d, a, words[14], 0xFDE5380C, 23);
        TSteps.Step3(ref a, b, c, d, words[1], 0xA4BEEA44, 4);
        TSteps.Step3(ref d, a, b, c, words[4], 0x4BDECFA9, 11);
        TSteps.Step3(ref c, d, a, b, words[7], 0xF6BB4B60, 16);
        TSteps.Step3(ref b, c, d, a, words[10], 0xBEBFBC70, 23);
        TSteps.Step3(ref a, b, c, d, words[13], 0x289B7EC6, 4);
        TSteps.Step3(ref d, a, b, c, words[0], 0xEAA127FA, 11);
        TSteps.Step3(ref c, d, a, b, words[3], 0xD4EF3085, 16);
        TSteps.Step3(ref b, c, d, a, words[6], 0x04881D05, 23);
        TSteps.Step3(ref a, b, c, d, words[9], 0xD9D4D039, 4);
        TSteps.Step3(ref d, a, b, c, words[12], 0xE6DB99E5, 11);
        TSteps.Step3(ref c, d, a, b, words[15], 0x1FA27CF8, 16);
        TSteps.Step3(ref b, c, d, a, words[2], 0xC4AC5665, 23);
        TSteps.Step4(ref a, b, c, d, words[0], 0xF4292244, 6);
        TSteps.Step4(ref d, a, b, c, words[7], 0x432AFF97, 10);
        TSteps.Step4(ref c, d, a, b, words[14], 0xAB9423A7, 15);
        TSteps.Step4(ref b, c, d, a, words[5], 0xFC93A039, 21);
        TSteps.Step4(ref a, b, c, d, words[12], 0x655B59C3, 6);
        TSteps.Step4(ref d, a, b, c, words[3], 0x8F0CCC92, 10);
        TSteps.Step4(ref c, d, a, b, words[10], 0xFFEFF47D, 15);
        TSteps.Step4(ref b, c, d, a, words[1], 0x85845DD1, 21);
        TSteps.Step4(ref a, b, c, d, words[8], 0x6FA87E4F, 6);
        TSteps.Step4(ref d, a, b, c, words[15], 0xFE2CE6E0, 10);
        TSteps.Step4(ref c, d, a, b, words[6], 0xA3014314, 15);
        TSteps.Step4(ref b, c, d, a, words[13], 0x4E0811A1, 21);
        TSteps.Step4(ref a, b, c, d, words[4], 0xF7537E82, 6);
        TSteps.Step4(ref d, a, b, c, words[11], 0xBD3AF235, 10);
        TSteps.Step4(ref c, d, a, b, words[2], 0x2AD7D2BB, 15);
        TSteps.Step4(ref b, c, d, a, words[9], 0xEB86D391, 21);
    }
}
