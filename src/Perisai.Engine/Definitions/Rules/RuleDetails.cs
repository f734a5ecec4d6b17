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
}
