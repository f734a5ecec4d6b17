namespace Perisai.Engine.Hashing;

/// <summary>
/// TLSH, Trend Micro's locality-sensitive hash (J. Oliver, C. Cheng, Y. Chen: "TLSH – A Locality Sensitive Hash", 2013): 128 buckets, one byte of checksum,
/// version 1. Each window of 5 bytes counts six of its triples in a bucket; where a bucket lies among the quartiles makes two bits of the hash.
/// </summary>
internal static class Tlsh
{
    /// <summary>Less has too little in it.</summary>
    private const int MinimumLength = 50;

    private const int Buckets = 128;

    /// <summary>More is not hashed: 17 MiB.</summary>
    public const int MaximumLength = 18_465_870;

    /// <summary>Pearson's permutation ("Fast hashing of variable-length text strings", 1990).</summary>
    private static ReadOnlySpan<byte> Permutation =>
    [
        1, 87, 49, 12, 176, 178, 102, 166, 121, 193, 6, 84, 249, 230, 44, 163, 14, 197, 213, 181, 161, 85, 218, 80, 64, 239, 24, 226, 236, 142, 38, 200,
        110, 177, 104, 103, 141, 253, 255, 50, 77, 101, 81, 18, 45, 96, 31, 222, 25, 107, 190, 70, 86, 237, 240, 34, 72, 242, 20, 214, 244, 227, 149, 235,
        97, 234, 57, 22, 60, 250, 82, 175, 208, 5, 127, 199, 111, 62, 135, 248, 174, 169, 211, 58, 66, 154, 106, 195, 245, 171, 17, 187, 182, 179, 0, 243,
        132, 56, 148, 75, 128, 133, 158, 100, 130, 126, 91, 13, 153, 246, 216, 219, 119, 68, 223, 78, 83, 88, 201, 99, 122, 11, 92, 32, 136, 114, 52, 10,
        138, 30, 48, 183, 156, 35, 61, 26, 143, 74, 251, 94, 129, 162, 63, 152, 170, 7, 115, 167, 241, 206, 3, 150, 55, 59, 151, 220, 90, 53, 23, 131,
        125, 173, 15, 238, 79, 95, 89, 16, 105, 137, 225, 224, 217, 160, 37, 123, 118, 73, 2, 157, 46, 116, 9, 145, 134, 228, 207, 212, 202, 215, 69, 229,
        27, 188, 67, 124, 168, 252, 42, 4, 29, 108, 21, 247, 19, 205, 39, 203, 233, 40, 186, 147, 198, 192, 155, 33, 164, 191, 98, 204, 165, 180, 117, 76,
        140, 36, 210, 172, 41, 54, 159, 8, 185, 232, 113, 196, 231, 47, 146, 120, 51, 65, 28, 144, 254, 221, 93, 189, 194, 139, 112, 43, 71, 109, 184, 209,
    ];

    /// <summary>
    /// Lengths grow by a half from class to class, then by 30 and by 10 percent. The definition's table goes on to 4 GiB; this one ends with
    /// <see cref="MaximumLength"/>.
    /// </summary>
    private static ReadOnlySpan<int> LengthLimits =>
    [
        1, 2, 3, 5, 7, 11, 17, 25, 38, 57, 86, 129, 194, 291, 437, 656, 854, 1110, 1443, 1876, 2439, 3171, 3475, 3823, 4205, 4626, 5088, 5597, 6157,
        6772, 7450, 8195, 9014, 9916, 10907, 11998, 13198, 14518, 15970, 17567, 19323, 21256, 23382, 25720, 28292, 31121, 34233, 37656, 41422,
        45564, 50121, 55133, 60646, 66711, 73382, 80721, 88793, 97672, 107439, 118183, 130002, 143002, 157302, 173032, 190335, 209369, 230306,
        253337, 278670, 306538, 337191, 370911, 408002, 448802, 493682, 543050, 597356, 657091, 722800, 795081, 874589, 962048, 1058252, 1164078,
        1280486, 1408534, 1549388, 1704327, 1874759, 2062236, 2268459, 2495305, 2744836, 3019320, 3321252, 3653374, 4018711, 4420582, 4862641,
        5348905, 5883796, 6472176, 7119394, 7831333, 8614467, 9475909, 10423501, 11465851, 12612437, 13873681, 15261050, 16787154, 18465870,
    ];

    /// <summary>The hash as text: T1 and 70 hexadecimal digits; empty where the data are too short or too uniform.</summary>
    public static string Hash(ReadOnlySpan<byte> data)
    {
        if (data.Length is < MinimumLength or > MaximumLength)
            return "";
        Span<uint> counts = stackalloc uint[256];
        counts.Clear();
        byte checksum = 0;
        for (var i = 4; i < data.Length; i++)
        {
            var (a, b, c, d, e) = (data[i], data[i - 1], data[i - 2], data[i - 3], data[i - 4]);
            checksum = Mix(1, a, b, checksum);
            counts[Mix(49, a, b, c)]++;
            counts[Mix(12, a, b, d)]++;
            counts[Mix(178, a, c, d)]++;
            counts[Mix(166, a, c, e)]++;
            counts[Mix(84, a, b, e)]++;
            counts[Mix(230, a, d, e)]++;
        }

        counts = counts[..Buckets];
        Span<uint> sorted = stackalloc uint[Buckets];
        counts.CopyTo(sorted);
        sorted.Sort();
        var (first, second, third) = (sorted[Buckets / 4 - 1], sorted[Buckets / 2 - 1], sorted[Buckets * 3 / 4 - 1]);
        // A bucket in the middle is empty, and so half of them: the data repeat themselves.
        if (sorted[Buckets / 2 - 1] == 0)
            return "";

        Span<byte> code = stackalloc byte[3 + Buckets / 4];
        code[0] = SwapDigits(checksum);
        code[1] = SwapDigits(LengthClass(data.Length));
        code[2] = (byte)(Ratio(first, third) << 4 | Ratio(second, third));
        for (var i = 0; i < Buckets; i++)
        {
            var bits = counts[i] > third ? 3 : counts[i] > second ? 2 : counts[i] > first ? 1 : 0;
            // The last four buckets come first.
            code[code.Length - 1 - i / 4] |= (byte)(bits << i % 4 * 2);
        }

        return "T1" + Convert.ToHexString(code);
    }

    private static byte Mix(byte salt, byte a, byte b, byte c) => Permutation[Permutation[Permutation[salt ^ a] ^ b] ^ c];

    private static int Ratio(uint part, uint whole) => (int)((uint)((float)(part * 100) / (float)whole) % 16);

    private static byte SwapDigits(byte value) => (byte)(value >> 4 | value << 4);

    /// <summary>The class of the length: the first limit that is not below it.</summary>
    private static byte LengthClass(int length)
    {
        var at = LengthLimits.BinarySearch(length);
        return (byte)(at < 0 ? ~at : at);
    }
}
