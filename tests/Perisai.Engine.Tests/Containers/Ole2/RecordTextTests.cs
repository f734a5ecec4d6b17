using Perisai.Engine.Containers.Ole2;
using Perisai.Engine.Tests.Languages.ClamAv;

namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>The text of a macro workbook's records is what clamscan leaves, byte for byte.</summary>
public sealed class RecordTextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void It_is_what_clamscan_leaves(int seed)
    {
        ClamScan.SkipWithoutIt();
        var random = new Random(seed);
        // What clamscan has behind a record's end is known only when a longer one was read.
        byte[] workbook = [.. Record(0x809, [0, 6, 5, 0, .. new byte[12]]), .. Record(0x85, [0, 1, 0, 0, 0, 1, 5, 0, .. "Macro"u8]), .. Record(0x4D, new byte[8228]),
            .. Enumerable.Range(0, 3000).SelectMany(_ => RandomRecord(random)), .. Record(0x0A, [])];
        if (seed == 1)
            workbook = [.. workbook, .. Record(6, new byte[9000]), .. Record(0x85, [])];
        else if (seed == 2)
            workbook = workbook[..^2];
        var file = new Ole2Builder().Add("Workbook", workbook).ToArray();
        using var work = new WorkFolder();
        work.Write("in.xls", file);
        work.Write("x.hdb", "44d88612fea8a8f36de82e1278abb02f:68:X\n"u8.ToArray());
        Directory.CreateDirectory(work.Path("left"));
        work.Run("clamscan", "--no-summary", "--leave-temps", $"--tempdir={work.Path("left")}", "-d", "x.hdb", "in.xls");
        var theirs = File.ReadAllBytes(Directory.EnumerateFiles(work.Path("left"), "xlm_macros*", SearchOption.AllDirectories).Single());
        var ours = Assert.Single(Ole2Reader.Instance.Read(file).Members, member => member.Name == "Workbook/macro-records").Content;
        Compare(theirs, ours);
    }

    /// <summary>
    /// clamscan writes the heading at once and the rest in blocks. What is left comes last: at the file's beginning, but behind the rest where a record was too long or cut.
    /// </summary>
    private static void Compare(byte[] theirs, byte[] ours)
    {
        var heading = Perisai.Engine.Containers.Ole2.Macros.RecordText.Heading;
        var left = 0;
        if (!theirs.AsSpan().StartsWith(heading))
        {
            var written = theirs.Length - (theirs.Length - heading.Length) % 4096;
            left = ours.Length - written;
            Assert.True(written > heading.Length && left is > 0 and < 4096, $"{theirs.Length} and {ours.Length} bytes");
            var tail = ours[written..];
            ours = ours[..written];
            Assert.Equal(tail, theirs[..left]);
        }

        var same = left + theirs.AsSpan(left).CommonPrefixLength(ours.AsSpan(left));
        Assert.True(
            same == theirs.Length && same == ours.Length,
            $"clamscan {theirs.Length} bytes, we {ours.Length}, the same {same}:\n{Near(theirs, same)}\n{Near(ours, same)}");
    }

    private static string Near(byte[] bytes, int at) =>
        Convert.ToHexString(bytes.AsSpan(Math.Max(0, at - 80), Math.Min(bytes.Length, at + 60) - Math.Max(0, at - 80))) + " "
        + System.Text.Encoding.Latin1.GetString(bytes.AsSpan(Math.Max(0, at - 80), Math.Min(bytes.Length, at + 60) - Math.Max(0, at - 80)));

    private static byte[] RandomRecord(Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                // An encrypted workbook would be another matter.
                return Record(random.Next(0x900) is var kind && kind != 0x2F ? kind : 0x2E, Bytes(random, random.Next(40)));
            case 1:
                return Record(0x85, [0, 1, 0, 0, (byte)random.Next(5), (byte)random.Next(8), .. Bytes(random, random.Next(5))]);
            case 2:
                var name = Bytes(random, 16 + random.Next(20));
                name[14] = (byte)random.Next(3);
                name[0] = (byte)random.Next(256);
                return Record(0x18, name);
            case 3:
                var text = Bytes(random, 3 + random.Next(60));
                text[2] = (byte)random.Next(4);
                text[1] = 0;
                text[0] = (byte)random.Next(60);
                return Record(0x207, text);
            default:
                byte[] tokens = [.. Enumerable.Range(0, random.Next(12)).SelectMany(_ => Token(random))];
                return Record(6, [.. Bytes(random, 20), .. BitConverter.GetBytes((ushort)tokens.Length), .. tokens]);
        }
    }

    private static byte[] Token(Random random)
    {
        byte[] known = [0x03, 0x08, 0x11, 0x16, 0x17, 0x17, 0x17, 0x19, 0x1D, 0x1E, 0x1F, 0x21, 0x41, 0x61, 0x22, 0x42, 0x62, 0x23, 0x26, 0x01, 0x24, 0x44, 0x25, 0x3A, 0x5A, 0x39];
        var kind = random.Next(20) == 0 ? (byte)random.Next(256) : known[random.Next(known.Length)];
        var count = random.Next(20);
        return kind switch
        {
            0x17 when random.Next(2) == 0 => [kind, (byte)count, 0, .. Bytes(random, count)],
            0x17 => [kind, (byte)count, 1, .. System.Text.Encoding.Unicode.GetBytes(new string('\u20ac', count))],
            0x1F => [kind, .. BitConverter.GetBytes(random.NextDouble() * Math.Pow(10, random.Next(-8, 30)) - 1)],
            0x21 or 0x41 or 0x61 => [kind, (byte)random.Next(256), (byte)(random.Next(2) * 0x80 + random.Next(4))],
            0x22 or 0x42 or 0x62 => [kind, (byte)random.Next(6), (byte)random.Next(256), (byte)(random.Next(2) * 0x80 + random.Next(4))],
            0x03 or 0x08 or 0x11 or 0x16 => [kind],
            0x19 => [kind, (byte)(random.Next(2) * 0x40), 1, 0, .. Bytes(random, random.Next(5))],
            0x1D => [kind, (byte)random.Next(3)],
            0x1E => [kind, .. Bytes(random, 2)],
            0x01 or 0x23 or 0x24 or 0x44 => [kind, .. Bytes(random, 4)],
            0x25 => [kind, .. Bytes(random, 8)],
            _ => [kind, .. Bytes(random, 6)],
        };
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Record(int kind, byte[] value) => [.. BitConverter.GetBytes((ushort)kind), .. BitConverter.GetBytes((ushort)value.Length), .. value];
}
