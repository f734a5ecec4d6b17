namespace Perisai.Engine.Containers.Codecs.Gzip;

/// <summary>The header of a gzip member (RFC 1952, 2.3).</summary>
internal static class GzipHeader
{
    private const int Deflate = 8;
    private const int MaxName = 4096;

    [Flags]
    private enum Flags : byte
    {
        HeaderChecksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
    }

    public static bool IsMagic(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    /// <summary>Reads the header; returns the stored name, or nothing.</summary>
    /// <exception cref="CodecException">It is no header, or the method is not deflate.</exception>
    public static string Read(CodecInput input)
    {
        if (!IsMagic(input.Peek(2)))
            throw new CodecException("gzip: the magic bytes are missing.");
        var header = input.Take(10);
        if (header[2] != Deflate)
            throw new CodecException($"gzip: method {header[2]}.", NotScannedReason.Unsupported);
        var flags = (Flags)header[3];
        if (flags.HasFlag(Flags.Extra) && !input.Skip(input.ReadUInt16()))
            throw CodecException.Truncated();
        var name = flags.HasFlag(Flags.Name) ? ReadText(input) : [];
        if (flags.HasFlag(Flags.Comment))
            ReadText(input);
        if (flags.HasFlag(Flags.HeaderChecksum))
            input.ReadUInt16();
        return MemberName.Decode(name);
    }

    private static byte[] ReadText(CodecInput input)
    {
        var text = new List<byte>();
        byte next;
        while ((next = input.ReadByte()) != 0)
        {
            if (text.Count < MaxName)
                text.Add(next);
        }

        return [.. text];
    }
}
