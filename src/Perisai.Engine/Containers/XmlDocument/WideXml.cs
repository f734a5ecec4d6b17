namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>A document in UTF-16 as one of single bytes: markup and base64 are ASCII, and what is not becomes a question mark.</summary>
internal sealed class WideXml : ByteSource
{
    private readonly ByteSource _source;
    private readonly int _start;
    private readonly int _low;

    private WideXml(ByteSource source, int start, bool bigEndian)
    {
        _source = source;
        _start = start;
        _low = bigEndian ? 1 : 0;
    }

    public override long Length => (_source.Length - _start) / 2;

    /// <summary>The document, where it is one in UTF-16; null for others.</summary>
    public static WideXml? Open(ByteSource source)
    {
        Span<byte> head = stackalloc byte[2];
        if (source.Read(0, head) < 2)
            return null;
        return head switch
        {
            [0xFF, 0xFE] => new(source, 2, bigEndian: false),
            [0xFE, 0xFF] => new(source, 2, bigEndian: true),
            [(byte)'<', 0] => new(source, 0, bigEndian: false),
            [0, (byte)'<'] => new(source, 0, bigEndian: true),
            _ => null,
        };
    }

    public override int Read(long offset, Span<byte> destination)
    {
        Span<byte> wide = stackalloc byte[4096];
        var count = 0;
        while (count < destination.Length && offset + count < Length)
        {
            var asked = wide[..(int)Math.Min(wide.Length, 2 * Math.Min(destination.Length - count, Length - offset - count))];
            var read = _source.Read(_start + 2 * (offset + count), asked) / 2;
            for (var at = 0; at < read; at++)
                destination[count + at] = wide[2 * at + 1 - _low] == 0 ? wide[2 * at + _low] : (byte)'?';
            if (read == 0)
                break;
            count += read;
        }

        return count;
    }
}
