using System.Collections.Immutable;
using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Segments;

/// <summary>
/// <see cref="AuxiliaryDefinition"/>s as bytes: their number; for each kind, flags, line, line digest, then source, name and fields as texts behind their
/// lengths.
/// </summary>
internal static class AuxiliaryCoding
{
    /// <summary>No kind has more.</summary>
    private const int MaximumFields = 64;

    public static byte[] Write(IEnumerable<AuxiliaryDefinition> definitions)
    {
        var list = definitions.ToList();
        if (list.Count == 0)
            return [];
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(list.Count);
        foreach (var definition in list)
        {
            writer.Write((byte)definition.Kind);
            writer.Write((byte)definition.Flags);
            writer.Write(definition.Location.Line);
            writer.Write(definition.LineDigest);
            writer.Write(definition.Location.File);
            writer.Write(definition.Name);
            writer.Write((byte)definition.Fields.Length);
            foreach (var field in definition.Fields)
                writer.Write(field);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="SegmentException">The bytes are no such list.</exception>
    public static ImmutableArray<AuxiliaryDefinition> Read(ReadOnlySpan<byte> section, string path)
    {
        if (section.IsEmpty)
            return [];
        using var reader = new BinaryReader(new MemoryStream(section.ToArray(), writable: false), Encoding.UTF8);
        try
        {
            var count = reader.ReadInt32();
            var definitions = ImmutableArray.CreateBuilder<AuxiliaryDefinition>(Math.Clamp(count, 0, section.Length));
            for (var i = 0; i < count; i++)
                definitions.Add(ReadOne(reader));
            return definitions.ToImmutable();
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException)
        {
            throw new SegmentException($"{path}: its list of auxiliary definitions is damaged.");
        }
    }

    private static AuxiliaryDefinition ReadOne(BinaryReader reader)
    {
        var kind = (AuxiliaryKind)reader.ReadByte();
        var flags = (DefinitionFlags)reader.ReadByte();
        var line = reader.ReadInt32();
        var digest = reader.ReadUInt64();
        var file = reader.ReadString();
        var name = reader.ReadString();
        int count = reader.ReadByte();
        if (count > MaximumFields)
            throw new FormatException();
        var fields = ImmutableArray.CreateBuilder<string>(count);
        for (var i = 0; i < count; i++)
            fields.Add(reader.ReadString());
        return new(kind, name, new(file, line), fields.MoveToImmutable(), flags) { LineDigest = digest };
    }
}
