using Perisai.Engine.Tests.Sources;

namespace Perisai.Engine.Tests.Authenticode;

/// <summary>Signatures in which tags, lengths, identifiers and numbers were changed: both engines trust, block and report the same files.</summary>
public sealed class MutatedSignatureTests
{
    private const int Mutants = 150;
    private const int DeepestLevel = 14;

    private static readonly byte[] s_values = [0, 1, 2, 5, 0x30, 0x31, 0xA0, 0xA1, 0xFF];

    [Theory]
    [InlineData("with root", true)]
    [InlineData("with root", false)]
    [InlineData("expired, stamped in time", true)]
    [InlineData("nested", true)]
    public void Are_judged_as_clamscan_judges_them(string program, bool trusts)
    {
        using var directory = new TemporaryDirectory();
        SignedProgramTests.WriteDatabase(directory, trusts ? SignedProgramTests.TrustsRoot : SignedProgramTests.BlocksSigner);
        var file = SignedProgramTests.Program(program);
        var start = BitConverter.ToInt32(file, SignatureBuilder.EntryOffset(file)) + 8;
        var places = new List<int>();
        Collect(file, start, file.Length, 0, places);
        var random = new Random(program.Length);
        var files = new List<string>();
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = (byte[])file.Clone();
            for (var change = 0; change <= i % 3 / 2; change++)
            {
                var at = places[random.Next(places.Count)];
                mutant[at] = random.Next(2) == 0 ? s_values[random.Next(s_values.Length)] : (byte)(mutant[at] + random.Next(3) - 1);
            }

            files.Add(directory.File($"{i}.exe"));
            File.WriteAllBytes(files[^1], mutant);
        }

        ClamScan.AssertAgrees(directory, directory.File("db"), false, [.. files]);
    }

    /// <summary>Where tags, lengths, identifiers and small numbers stand.</summary>
    private static void Collect(byte[] bytes, int at, int end, int level, List<int> places)
    {
        while (level < DeepestLevel && at + 2 <= end)
        {
            int tag = bytes[at];
            int length = bytes[at + 1];
            var header = 2;
            if (length >= 0x80)
            {
                var count = length & 0x7F;
                if (count is 0 or > 3 || at + 2 + count > end)
                    return;
                length = 0;
                for (; header < 2 + count; header++)
                    length = (length << 8) | bytes[at + header];
            }

            if (length > end - at - header || tag == 0)
                return;
            places.AddRange(Enumerable.Range(at, header));
            if (tag is 1 or 2 or 6 && length < 12)
                places.AddRange(Enumerable.Range(at + header, length));
            if ((tag & 0x20) != 0)
                Collect(bytes, at + header, at + header + length, level + 1, places);
            at += header + length;
        }
    }
}
