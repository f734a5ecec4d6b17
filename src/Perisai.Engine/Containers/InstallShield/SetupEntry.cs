using System.Globalization;

namespace Perisai.Engine.Containers.InstallShield;

/// <summary>
/// A file behind a setup program: its name, its path, a version and its length as text, each up to a NUL, and then its bytes.
/// </summary>
internal readonly record struct SetupEntry(string Path, long Offset, long Length)
{
    private const int MaxHeader = 1024;

    public long End => Offset + Length;

    public static bool TryRead(BoundedReader reader, out SetupEntry entry)
    {
        entry = default;
        var at = reader.Position;
        if (!reader.TryPeekSpan((int)Math.Min(MaxHeader, reader.Remaining), out var span) || !TryParse(span, out var path, out var length, out var header))
            return false;
        entry = new(path, at + header, length);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out string path, out long length, out int header)
    {
        (path, length, header) = ("", 0, 0);
        var rest = bytes;
        if (!TryText(ref rest, out var name) || !TryText(ref rest, out var pathBytes) || !TryText(ref rest, out var version) || !TryText(ref rest, out var digits))
            return false;
        if (name.IsEmpty || !pathBytes.EndsWith(name) || version.ContainsAnyExcept("0123456789., "u8) || digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        header = bytes.Length - rest.Length;
        path = MemberName.Decode(pathBytes).Replace('\\', '/');
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length < 1L << 40;
    }

    private static bool TryText(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text)
    {
        var end = bytes.IndexOf((byte)0);
        text = end < 0 ? default : bytes[..end];
        bytes = end < 0 ? default : bytes[(end + 1)..];
        return end >= 0 && !text.ContainsAnyInRange((byte)1, (byte)31);
    }
}
