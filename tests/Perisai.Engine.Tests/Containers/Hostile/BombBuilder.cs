using System.IO.Compression;
using Perisai.Engine.Tests.Containers.Zip;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Makes things that are small and claim to be large. Each is built without ever being unpacked.</summary>
internal static class BombBuilder
{
    private const int Mebibyte = 1 << 20;
    private const ushort Deflated = 8;

    /// <summary>The end of a deflate stream: an empty last block with the fixed codes.</summary>
    private static readonly byte[] _deflateEnd = [3, 0];

    /// <summary>
    /// A mebibyte of zeros as deflate blocks that may be repeated: what comes before it is zeros too, so that each next one is the same.
    /// </summary>
    private static readonly (byte[] First, byte[] Next) _zeros = DeflateZeros();

    /// <summary>A gzip file of zeros. Its checksum is wrong: nobody comes to it.</summary>
    public static ByteSource GzipOfZeros(long mebibytes) => new RepeatingByteSource(
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, .. _zeros.First], _zeros.Next, mebibytes - 1, [.. _deflateEnd, .. new byte[8]]);

    /// <summary>A zlib stream of zeros between other bytes. Its checksum is missing: nobody comes to it.</summary>
    public static ByteSource ZlibOfZeros(long mebibytes, byte[] before, byte[] behind) => new RepeatingByteSource(
        [.. before, 0x78, 0x9C, .. _zeros.First], _zeros.Next, mebibytes - 1, [.. _deflateEnd, 0, 0, 0, 0, .. behind]);

    /// <summary>Zip archives in one another, each with so many copies of the next, around zeros.</summary>
    public static byte[] NestedZip(int levels, int copies, int zeros)
    {
        var inner = new ZipBuilder().Add("zeros", new byte[zeros]).ToArray();
        for (var level = 1; level < levels; level++)
        {
            var outer = new ZipBuilder();
            for (var copy = 0; copy < copies; copy++)
                outer.Add($"{level}-{copy}.zip", inner);
            inner = outer.ToArray();
        }

        return inner;
    }

    /// <summary>
    /// David Fifield's construction ("A better zip bomb", 2019): the data of every entry begins with a stored block that quotes the next
    /// entry's local header, so that all of them end in the same compressed zeros.
    /// </summary>
    public static byte[] OverlappingZip(int entries, int mebibytes)
    {
        var tail = ZeroData(mebibytes);
        var length = (uint)mebibytes * Mebibyte;
        var pieces = new List<byte[]>();
        var headers = new List<ZipBuilder.Header>();
        var stored = (uint)tail.Length;
        for (var entry = entries - 1; entry >= 0; entry--)
        {
            var name = System.Text.Encoding.ASCII.GetBytes($"{entry:x4}");
            var header = new ZipBuilder.Header(name, Deflated, 0, 0, stored, length);
            var local = new ZipBuilder().Local(header).Position;
            var bytes = new ZipBuilder().Local(header).ToArray()[..local];
            headers.Add(header);
            byte[] quote = [0, (byte)local, (byte)(local >> 8), (byte)~local, (byte)(~local >> 8)];
            pieces.Add(entry > 0 ? [.. quote, .. bytes] : bytes);
            stored += (uint)(quote.Length + local);
            length += (uint)local;
        }

        pieces.Reverse();
        headers.Reverse();
        var zip = new ZipBuilder();
        for (var entry = 0; entry < entries; entry++)
        {
            // The quoting block's own header belongs to the entry before.
            zip.Directory(headers[entry] with { Offset = (uint)(zip.Position + (entry > 0 ? 5 : 0)) });
            zip.Raw(pieces[entry]);
        }

        return zip.Raw(tail).ToArray();
    }

    /// <summary>
    /// A gzip file that unpacks to itself, byte for byte, after Russ Cox's construction ("Zip Files All The Way Down", 2010). Only its
    /// checksum does not fit, which keeps no program from unpacking it; finding the one that does is not what is tested here.
    /// </summary>
    /// <remarks>
    /// Deflate is used as a language of two instructions of five bytes each: L(n), a stored block's header, prints the n bytes that follow;
    /// R(n), a block of two matches, repeats the last n bytes that were printed. P is the gzip header, S the end of the file.
    /// </remarks>
    public static byte[] GzipQuine()
    {
        byte[] p = [0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3, (byte)'q', 0];
        byte[] s = [1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] lp = Print(p.Length + 5), ls = Print(s.Length + 5), l0 = Print(0), l1 = Print(5), l4 = Print(20);
        byte[] rp = Repeat(p.Length + 5), rs = Repeat(s.Length + 5), r4 = Repeat(20);
        return
        [
            .. p,
            .. lp, .. p, .. lp,
            .. rp,
            .. l1, .. rp,
            .. l1, .. l1,
            .. l4, .. rp, .. l1, .. l1, .. l4,
            .. r4,
            .. l4, .. r4, .. l4, .. r4, .. l4,
            .. r4,
            .. l4, .. r4, .. l0, .. l0, .. ls,
            .. r4,
            .. l0, .. l0, .. ls, .. rs, .. s,
            .. rs,
            .. s,
        ];
    }

    /// <summary>Tar archives in one another.</summary>
    public static byte[] NestedTar(int levels)
    {
        byte[] inner = [1, 2, 3];
        for (var level = 0; level < levels; level++)
        {
            var length = (inner.Length + 511) / 512 * 512;
            var outer = new byte[512 + length + 1024];
            TarHeader($"{level}.tar", inner.Length).CopyTo(outer, 0);
            inner.CopyTo(outer, 512);
            inner = outer;
        }

        return inner;
    }

    /// <summary>A tar archive of empty files.</summary>
    public static ByteSource FloodedTar(long entries) => new RepeatingByteSource([], TarHeader("empty", 0), entries, new byte[1024]);

    /// <summary>A zip archive of empty files.</summary>
    public static byte[] FloodedZip(int entries)
    {
        var zip = new ZipBuilder();
        for (var entry = 0; entry < entries; entry++)
        {
            var header = new ZipBuilder.Header(BitConverter.GetBytes(entry | 0x40404040), 0, 0, 0, 0, 0) { Offset = (uint)zip.Position };
            zip.Local(header).Directory(header);
        }

        return zip.ToArray();
    }

    private static byte[] ZeroData(int mebibytes)
    {
        var data = new MemoryStream();
        data.Write(_zeros.First);
        for (var count = 1; count < mebibytes; count++)
            data.Write(_zeros.Next);
        data.Write(_deflateEnd);
        return data.ToArray();
    }

    private static (byte[] First, byte[] Next) DeflateZeros()
    {
        var packed = new MemoryStream();
        using var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, true);
        deflate.Write(new byte[Mebibyte]);
        deflate.Flush();
        var first = (int)packed.Length;
        deflate.Write(new byte[Mebibyte]);
        deflate.Flush();
        var all = packed.ToArray();
        return (all[..first], all[first..]);
    }

    private static byte[] Print(int count) => [0, (byte)count, (byte)(count >> 8), (byte)~count, (byte)(~count >> 8)];

    /// <summary>A block with fixed codes of two matches of half the length each, 17 to 20 bytes back: it takes just 40 bits.</summary>
    private static byte[] Repeat(int count)
    {
        ulong bits = 0;
        var length = 0;
        Put(0, 1);
        Put(1, 2);
        Match(count / 2);
        Match(count - count / 2);
        PutCode(0, 7);
        Assert.Equal(40, length);
        return BitConverter.GetBytes(bits)[..5];

        void Match(int run)
        {
            // Lengths of 3 to 10 are the symbols 257 to 264; distances of 17 to 24 the symbol 8 with three more bits.
            PutCode(run - 2, 7);
            PutCode(8, 5);
            Put(count - 17, 3);
        }

        // Codes come from their highest bit on, numbers from their lowest.
        void PutCode(int code, int width)
        {
            for (var bit = width - 1; bit >= 0; bit--)
                Put(code >> bit & 1, 1);
        }

        void Put(int value, int width)
        {
            bits |= (ulong)value << length;
            length += width;
        }
    }

    private static byte[] TarHeader(string name, long size)
    {
        var header = new byte[512];
        System.Text.Encoding.ASCII.GetBytes(name, header);
        System.Text.Encoding.ASCII.GetBytes("0000644\0").CopyTo(header, 100);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header[156] = (byte)'0';
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        var sum = header.Sum(value => value) + 8 * ' ';
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }
}
