using System.Globalization;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Auxiliary;

/// <summary>Bytes at a place by which a definition tells a type. The fields: the place, the bytes in hexadecimal digits, the type's number.</summary>
internal sealed class TypeMark
{
    private readonly long _place;
    private readonly byte[] _bytes;

    public TypeMark(AuxiliaryDefinition definition)
    {
        _place = long.Parse(definition.Fields[0], CultureInfo.InvariantCulture);
        _bytes = Convert.FromHexString(definition.Fields[1]);
        Type = (FileType)int.Parse(definition.Fields[2], CultureInfo.InvariantCulture);
    }

    public FileType Type { get; }

    public bool IsIn(BoundedReader reader)
    {
        reader.Position = Math.Min(_place, reader.Length);
        return reader.TryPeekSpan(_bytes.Length, out var found) && found.SequenceEqual(_bytes);
    }
}
