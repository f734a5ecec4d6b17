using System.Globalization;
using System.Text;

namespace Perisai.Engine.Formats.DotNet;

/// <summary>
/// Writes types as YARA writes them: <c>System.Collections.Generic.Dictionary&lt;string,int[]&gt;</c>. Types come from signatures (ECMA-335, II.23.2).
/// Names are characters that stand for bytes.
/// </summary>
internal sealed class TypeNames(DotNetImage image, MetadataTables tables)
{
    private const int MaximumDepth = 16;
    private const int MaximumNamespaceDepth = 10;
    private const uint MaximumRank = 50;
    private const uint MaximumArguments = 1000;
    private const uint MaximumParameters = 2000;

    /// <summary>
    /// Types inside one type, and characters of its name. YARA has no limit: types that consist of types that consist of the same types grow with the
    /// power of the depth.
    /// </summary>
    private const int MaximumSteps = 4096;
    private const int MaximumLength = 65_536;

    /// <summary>The same for all types of a program. With the 15,000 rows that a table may have, honest programs stay below a tenth of both.</summary>
    private const int MaximumTotalSteps = 2_000_000;
    private const int MaximumTotalLength = 16 << 20;

    private const uint VisibilityMask = 7;

    private Dictionary<uint, uint>? _enclosing;
    private int _steps;
    private int _totalSteps;
    private int _totalLength;

    /// <summary>Counts characters that are kept. False: no more can be.</summary>
    public bool TryKeep(string? text) => text is null || (_totalLength += text.Length) <= MaximumTotalLength;

    /// <summary>Whether the flags of a type say that it lies in another.</summary>
    public static bool IsNested(uint flags) => (flags & VisibilityMask) >= 2;

    /// <summary>A name after a namespace; both without what follows a backquote, which is how generic types are numbered.</summary>
    public static string? Join(string? name, string? space)
    {
        if (string.IsNullOrEmpty(name))
            return space;
        var joined = string.IsNullOrEmpty(space) ? name : $"{space}.{name}";
        return joined.IndexOf('`') is >= 0 and var end ? joined[..end] : joined;
    }

    /// <summary>The name of the type that a type lies in.</summary>
    public string? EnclosingName(uint type, int depth = 1)
    {
        if (depth > MaximumNamespaceDepth || !Enclosing.TryGetValue(type, out var outer) || !tables.HasRow(MetadataTables.TypeDefinition, outer))
            return null;
        var name = image.Name(tables.Cell(MetadataTables.TypeDefinition, outer, 1));
        if (name == "<Module>")
            return null;
        var space = image.Name(tables.Cell(MetadataTables.TypeDefinition, outer, 2));
        return IsNested(tables.Cell(MetadataTables.TypeDefinition, outer, 0)) && outer != type
            ? Join(name, Join(space, EnclosingName(outer, depth + 1)))
            : Join(name, space);
    }

    /// <summary>The name behind a TypeDefOrRef index; null where there is none.</summary>
    public string? OfIndex(uint coded, TypeScope scope)
    {
        _steps = 0;
        return OfIndex(coded, scope, 0) is { } name && TryKeep(name) ? name : null;
    }

    /// <summary>Begins a new signature: its types share one limit.</summary>
    public void Begin() => _steps = 0;

    /// <summary>The next type of a signature; null where it makes no sense.</summary>
    public string? Next(ref SignatureReader signature, TypeScope scope) =>
        Next(ref signature, scope, 0) is { } name && TryKeep(name) ? name : null;

    private string? OfIndex(uint coded, TypeScope scope, int depth)
    {
        var row = coded >> 2;
        switch (coded & 3)
        {
            case 0 when tables.HasRow(MetadataTables.TypeDefinition, row):
                var name = image.Name(tables.Cell(MetadataTables.TypeDefinition, row, 1));
                var space = image.Name(tables.Cell(MetadataTables.TypeDefinition, row, 2));
                return IsNested(tables.Cell(MetadataTables.TypeDefinition, row, 0)) ? Join(name, Join(space, EnclosingName(row))) : Join(name, space);
            case 1 when tables.HasRow(MetadataTables.TypeReference, row):
                return Join(
                    image.Name(tables.Cell(MetadataTables.TypeReference, row, 1)), image.Name(tables.Cell(MetadataTables.TypeReference, row, 2)));
            case 2 when tables.HasRow(MetadataTables.TypeSpecification, row)
                && image.TryGetBlob(tables.Cell(MetadataTables.TypeSpecification, row, 0), out var offset, out var length):
                var signature = new SignatureReader(image.Reader, offset, length);
                return Next(ref signature, scope with { Method = [] }, depth);
            default:
                return null;
        }
    }

    private string? Next(ref SignatureReader signature, TypeScope scope, int depth)
    {
        if (depth > MaximumDepth || ++_steps > MaximumSteps || ++_totalSteps > MaximumTotalSteps || !signature.TryReadByte(out var kind))
            return null;
        var text = kind switch
        {
            0x01 => "void",
            0x02 => "bool",
            0x03 => "char",
            0x04 => "sbyte",
            0x05 => "byte",
            0x06 => "short",
            0x07 => "ushort",
            0x08 => "int",
            0x09 => "uint",
            0x0A => "long",
            0x0B => "ulong",
            0x0C => "float",
            0x0D => "double",
            0x0E => "string",
            0x0F => Next(ref signature, scope, depth + 1) is { } target ? $"Ptr<{target}>" : null,
            0x10 => Next(ref signature, scope, depth + 1) is { } target ? $"ref {target}" : null,
            0x11 or 0x12 => OfIndex(signature.ReadUnsigned(), scope, depth + 1),
            0x13 => At(scope.Class, signature.ReadUnsigned()),
            0x14 => Array(ref signature, scope, depth),
            0x15 => Instance(ref signature, scope, depth),
            0x16 => "TypedReference",
            0x18 => "IntPtr",
            0x19 => "UIntPtr",
            0x1B => FunctionPointer(ref signature, scope, depth),
            0x1C => "object",
            0x1D => Next(ref signature, scope, depth + 1) is { } element ? $"{element}[]" : null,
            0x1E => At(scope.Method, signature.ReadUnsigned()),
            0x1F or 0x20 => Modified(ref signature, scope, depth),
            _ => null,
        };
        return text is { Length: > MaximumLength } ? null : text;
    }

    private static string? At(IReadOnlyList<string> names, uint index) => index < names.Count ? names[(int)index] : null;

    /// <summary>A modifier changes nothing that is written.</summary>
    private string? Modified(ref SignatureReader signature, TypeScope scope, int depth)
    {
        signature.ReadUnsigned();
        return Next(ref signature, scope, depth + 1);
    }

    private string? Array(ref SignatureReader signature, TypeScope scope, int depth)
    {
        if (Next(ref signature, scope, depth + 1) is not { } element || signature.ReadUnsigned() is var rank && rank is 0 or > MaximumRank
            || signature.ReadUnsigned() is var sizeCount && sizeCount > rank)
            return null;
        Span<int> sizes = stackalloc int[(int)MaximumRank];
        Span<int> bounds = stackalloc int[(int)MaximumRank];
        for (var i = 0; i < sizeCount; i++)
            sizes[i] = unchecked((int)signature.ReadUnsigned());
        if (signature.ReadUnsigned() is var boundCount && boundCount > rank)
            return null;
        for (var i = 0; i < boundCount; i++)
        {
            bounds[i] = signature.ReadSigned();
            if (i < sizeCount)
                sizes[i] = unchecked(sizes[i] + bounds[i]);
        }

        var text = new StringBuilder(element).Append('[');
        for (var i = 0; i < rank; i++)
        {
            if (bounds[i] != 0)
                text.Append(CultureInfo.InvariantCulture, $"{bounds[i]}...");
            if (sizes[i] != 0)
                text.Append(CultureInfo.InvariantCulture, $"{sizes[i]}");
            if (i + 1 < rank)
                text.Append(',');
        }

        return text.Append(']').ToString();
    }

    private string? Instance(ref SignatureReader signature, TypeScope scope, int depth)
    {
        if (Next(ref signature, scope, depth + 1) is not { } generic || signature.ReadUnsigned() is var count && count > MaximumArguments)
            return null;
        return List(ref signature, scope, depth, $"{generic}<", count, ",", ">");
    }

    private string? FunctionPointer(ref SignatureReader signature, TypeScope scope, int depth)
    {
        if (!signature.TryReadByte(out _) || signature.ReadUnsigned() is var count && count > MaximumParameters
            || Next(ref signature, scope, depth + 1) is not { } result)
            return null;
        return List(ref signature, scope, depth, $"FnPtr<{result}(", count, ", ", ")>");
    }

    /// <summary>An argument that makes no sense is passed over, a separator before the next is not.</summary>
    private string? List(ref SignatureReader signature, TypeScope scope, int depth, string start, uint count, string separator, string end)
    {
        var text = new StringBuilder(start);
        for (var i = 0; i < count && text.Length <= MaximumLength; i++)
        {
            if (Next(ref signature, scope, depth + 1) is { } argument)
                text.Append(i > 0 ? separator : "").Append(argument);
        }

        return text.Append(end).ToString();
    }

    /// <summary>For each nested type the one around it: the first that the table names.</summary>
    private Dictionary<uint, uint> Enclosing
    {
        get
        {
            if (_enclosing is null)
            {
                _enclosing = [];
                for (uint row = 1; tables.HasRow(MetadataTables.NestedClass, row); row++)
                    _enclosing.TryAdd(tables.Cell(MetadataTables.NestedClass, row, 0), tables.Cell(MetadataTables.NestedClass, row, 1));
            }

            return _enclosing;
        }
    }
}

/// <summary>What the numbers of generic parameters stand for.</summary>
internal readonly record struct TypeScope(IReadOnlyList<string> Class, IReadOnlyList<string> Method);

/// <summary>A cursor over a signature. What is not there reads as 0.</summary>
internal ref struct SignatureReader(PagedReader reader, long offset, int length)
{
    private long _offset = offset;
    private int _left = length;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (_left < 1 || !reader.TryReadByte(_offset, out value))
            return false;
        Skip(1);
        return true;
    }

    /// <summary>A compressed number (II.23.2) of 1, 2 or 4 bytes.</summary>
    public uint ReadUnsigned()
    {
        var (value, size) = Read();
        return size switch { 1 => value, 2 => value & 0x3FFF, 4 => value & 0x1FFF_FFFF, _ => 0 };
    }

    /// <summary>A compressed signed number. Negative ones of two bytes come out positive, as they do in YARA.</summary>
    public int ReadSigned()
    {
        var (value, size) = Read();
        var isNegative = (value & 1) != 0;
        return size switch
        {
            1 => (sbyte)(value >> 1 | (isNegative ? 0xC0u : 0)),
            2 => (ushort)(value >> 1 & 0x3FFF | (isNegative ? 0xC000u : 0)),
            4 => unchecked((int)(value >> 1 & 0x1FFF_FFFF | (isNegative ? 0xE000_0000 : 0))),
            _ => 0,
        };
    }

    private (uint Value, int Size) Read()
    {
        Span<byte> bytes = stackalloc byte[4];
        if (_left < 1 || !reader.TryReadByte(_offset, out var first))
            return default;
        var size = (first & 0x80) == 0 ? 1 : (first & 0xC0) == 0x80 ? 2 : (first & 0xE0) == 0xC0 ? 4 : 0;
        if (size == 0 || _left < size || !reader.TryRead(_offset, bytes[..size]))
            return default;
        Skip(size);
        uint value = 0;
        foreach (var part in bytes[..size])
            value = value << 8 | part;
        return (value, size);
    }

    private void Skip(int count)
    {
        _offset += count;
        _left -= count;
    }
}
