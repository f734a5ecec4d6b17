using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// What Microsoft's linker leaves between the DOS program and the PE header: which tools made how many of the objects, XORed with a key.
/// Words from "DanS" to before "Rich".
/// </summary>
internal sealed class PeRichSignature
{
    private const uint Rich = 0x68636952;
    private const uint DanS = 0x536E6144;

    /// <summary>"DanS" and three words of padding.</summary>
    private const int HeaderLength = 16;

    /// <summary>How far before the PE header it is looked for. YARA looks at all that lies before; the longest real ones have some hundred bytes.</summary>
    private const int MaximumDistance = 1 << 20;

    private const int DosHeaderLength = 64;

    private PeRichSignature(long offset, uint key, byte[] raw, byte[] clear) => (Offset, Key, Raw, Clear) = (offset, key, raw, clear);

    public long Offset { get; }

    public uint Key { get; }

    /// <summary>As it lies in the file.</summary>
    public byte[] Raw { get; }

    /// <summary>Without the key.</summary>
    public byte[] Clear { get; }

    /// <summary>The first word of each pair: version and tool.</summary>
    public byte[] Versions
    {
        get
        {
            var versions = new byte[(Clear.Length - HeaderLength) / 8 * 4];
            for (var i = 0; i < versions.Length; i += 4)
                Clear.AsSpan(HeaderLength + i * 2, 4).CopyTo(versions.AsSpan(i));
            return versions;
        }
    }

    public static PeRichSignature? Read(PeImage image)
    {
        var reader = image.Reader;
        var lowest = Math.Max(DosHeaderLength, image.HeaderOffset - MaximumDistance);
        var at = image.HeaderOffset - 4;
        uint word = 0;
        for (; at >= lowest && reader.TryReadUInt32(at, out word) && word != Rich; at -= 4)
        {
        }

        if (at < lowest || word != Rich || !reader.TryReadUInt32(at + 4, out var key) || key == 0)
            return null;
        var end = at;
        for (at -= 4; at >= lowest && reader.TryReadUInt32(at, out word) && (word ^ key) != DanS; at -= 4)
        {
        }

        if (at < lowest || (word ^ key) != DanS || end - at < HeaderLength || reader.Bytes(at, (int)(end - at)) is not { } raw)
            return null;
        var padding = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(4));
        if (padding != BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(8)) || padding != BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(12))
            || (word ^ padding) != DanS)
            return null;
        var clear = new byte[raw.Length];
        for (var i = 0; i < raw.Length; i += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(clear.AsSpan(i), BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(i)) ^ padding);
        return new PeRichSignature(at, padding, raw, clear);
    }

    /// <summary>The sum of the counts of those entries that have this version and this tool; null is any.</summary>
    public long CountOf(long? version, long? tool)
    {
        long sum = 0;
        for (var i = HeaderLength; i + 8 <= Clear.Length; i += 8)
        {
            var id = BinaryPrimitives.ReadUInt32LittleEndian(Clear.AsSpan(i));
            if ((version is null || version == (id & 0xFFFF)) && (tool is null || tool == id >> 16))
                sum += BinaryPrimitives.ReadUInt32LittleEndian(Clear.AsSpan(i + 4));
        }

        return sum;
    }
}
