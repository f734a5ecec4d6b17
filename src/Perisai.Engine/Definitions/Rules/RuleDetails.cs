using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>Tags and meta information of a rule in their stored form: counts, then texts behind their lengths, values behind a letter for their kind.</summary>
internal static class RuleDetails
{
    public static byte[] Encode(ImmutableArray<string> tags, ImmutableArray<(string Name, object Value)> meta)
    {
        var output = new MemoryStream();
        using var writer = new BinaryWriter(output, Encoding.Latin1);
        writer.Write(tags.Length);
        foreach (var tag in tags)
            writer.Write(tag);
        writer.Write(meta.Length);
        foreach (var (name, value) in meta)
        {
            writer.Write(name);
            switch (value)
            {
                case long integer:
                    writer.Write('i');
                    writer.Write(integer);
                    break;
                case bool truth:
                    writer.Write('b');
                    writer.Write(truth);
                    break;
                default:
                    writer.Write('s');
                    writer.Write((string)value);
                    break;
            }
        }

        return output.ToArray();
    }

    public static (ImmutableArray<string> Tags, ImmutableArray<(string Name, object Value)> Meta) Decode(ReadOnlySpan<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.Latin1);
        var tags = ImmutableArray.CreateBuilder<string>();
        for (var count = reader.ReadInt32(); count > 0; count--)
            tags.Add(reader.ReadString());
        var meta = ImmutableArray.CreateBuilder<(string, object)>();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var name = reader.ReadString();
            meta.Add((name, reader.ReadChar() switch { 'i' => reader.ReadInt64(), 'b' => reader.ReadBoolean(), _ => (object)reader.ReadString() }));
        }

        return (tags.ToImmutable(), meta.ToImmutable());
    }

    /// <summary>Whether bytes are tags and meta information, whole: what <see cref="Decode"/> reads.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        if (!TrySkipCount(ref bytes, out var tags))
            return false;
        for (; tags > 0; tags--)
        {
            if (!TrySkipText(ref bytes))
                return false;
        }

        if (!TrySkipCount(ref bytes, out var meta))
            return false;
        for (; meta > 0; meta--)
        {
            if (!TrySkipText(ref bytes) || bytes.IsEmpty)
                return false;
            var kind = bytes[0];
            bytes = bytes[1..];
            if (kind is (byte)'i' or (byte)'b' ? !TrySkip(ref bytes, kind == 'i' ? 8 : 1) : kind != 's' || !TrySkipText(ref bytes))
                return false;
        }

        return bytes.IsEmpty;
    }

    private static bool TrySkipCount(ref ReadOnlySpan<byte> bytes, out int count)
    {
        count = bytes.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : -1;
        return count >= 0 && TrySkip(ref bytes, 4);
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (count > bytes.Length)
            return false;
        bytes = bytes[count..];
        return true;
    }

    /// <summary>A length of seven bits a byte, lowest first, and the text.</summary>
    private static bool TrySkipText(ref ReadOnlySpan<byte> bytes)
    {
        long length = 0;
        for (var i = 0; i < 5 && i < bytes.Length; i++)
        {
            length |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
                return length <= int.MaxValue && TrySkip(ref bytes, i + 1) && TrySkip(ref bytes, (int)length);
        }

        return false;
    }
}
