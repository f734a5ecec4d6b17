namespace Perisai.Engine.Formats.DotNet;

/// <summary>The classes of a .NET program with their methods, in table order. Methods are read when they are asked for.</summary>
internal sealed class DotNetTypes
{
    private const int MaximumMethods = 20_000;

    /// <summary>Methods of all classes. Lists of methods can overlap; those of honest programs do not, and there are 15,000 methods at most.</summary>
    private const int MaximumTotalMethods = 65_536;

    private const uint MaximumParameters = 2000;

    private const uint InterfaceFlag = 0x20;
    private const uint AbstractFlag = 0x80;
    private const uint SealedFlag = 0x100;
    private const uint StaticFlag = 0x10;
    private const uint FinalFlag = 0x20;
    private const uint VirtualFlag = 0x40;
    private const uint AbstractMethodFlag = 0x400;
    private const byte GenericSignature = 0x10;

    private readonly DotNetImage _image;
    private readonly MetadataTables _tables;
    private readonly TypeNames _names;
    private readonly Dictionary<uint, List<string>> _genericParameters = [];
    private readonly Dictionary<uint, List<uint>> _interfaces = [];
    private int _totalMethods;

    private DotNetTypes(DotNetImage image, MetadataTables tables)
    {
        _image = image;
        _tables = tables;
        _names = new TypeNames(image, tables);
        ReadGenericParameters();
        for (uint row = 1; tables.HasRow(MetadataTables.InterfaceImplementation, row); row++)
        {
            var type = tables.Cell(MetadataTables.InterfaceImplementation, row, 0);
            if (!_interfaces.TryGetValue(type, out var list))
                _interfaces.Add(type, list = []);
            list.Add(tables.Cell(MetadataTables.InterfaceImplementation, row, 1));
        }
    }

    public static List<DotNetClass> Read(DotNetImage image, MetadataTables tables)
    {
        var types = new DotNetTypes(image, tables);
        var classes = new List<DotNetClass>();
        for (uint row = 1; tables.HasRow(MetadataTables.TypeDefinition, row) && ((row & 0xFF) != 0 || image.Reader.Budget.CheckTime()); row++)
        {
            if (types.ReadClass(row) is { } found)
                classes.Add(found);
        }

        return classes;
    }

    private DotNetClass? ReadClass(uint row)
    {
        var flags = _tables.Cell(MetadataTables.TypeDefinition, row, 0);
        var name = _image.Name(_tables.Cell(MetadataTables.TypeDefinition, row, 1));
        if (string.IsNullOrEmpty(name) || name[0] == '`' || name == "<Module>")
            return null;
        var space = _image.Name(_tables.Cell(MetadataTables.TypeDefinition, row, 2));
        if (TypeNames.IsNested(flags))
            space = TypeNames.Join(space, _names.EnclosingName(row));
        var generics = GenericParametersOf(row << 1);
        var fullName = TypeNames.Join(name, space);
        if (!_names.TryKeep(space) || !_names.TryKeep(fullName))
            return null;
        return new DotNetClass(() => ReadMethods(row, generics))
        {
            Name = TypeNames.Join(name, null)!,
            FullName = fullName,
            Namespace = space,
            Visibility = (flags & 7) switch
            {
                1 or 2 => "public",
                4 => "protected",
                0 or 5 => "internal",
                6 => "private protected",
                7 => "protected internal",
                _ => "private",
            },
            Kind = (flags & InterfaceFlag) != 0 ? "interface" : "class",
            IsAbstract = (flags & AbstractFlag) != 0,
            IsSealed = (flags & SealedFlag) != 0,
            GenericParameters = generics,
            BaseTypes = ReadBaseTypes(row, generics),
        };
    }

    private List<string> ReadBaseTypes(uint row, List<string> generics)
    {
        var types = new List<string>();
        var scope = new TypeScope(generics, []);
        Add(_tables.Cell(MetadataTables.TypeDefinition, row, 3));
        foreach (var implemented in _interfaces.GetValueOrDefault(row) ?? [])
            Add(implemented);
        return types;

        void Add(uint coded)
        {
            if (_names.OfIndex(coded, scope) is { } name)
                types.Add(name);
        }
    }

    /// <summary>Null where there is no list of methods, or one that is too long.</summary>
    private List<DotNetMethod>? ReadMethods(uint type, List<string> classGenerics)
    {
        var first = _tables.Cell(MetadataTables.TypeDefinition, type, 5);
        // The list ends where that of the next type begins, and the last at the end of the table.
        long count = 0;
        if (type < _tables.RowCount(MetadataTables.TypeDefinition))
        {
            if (_tables.HasRow(MetadataTables.TypeDefinition, type + 1))
                count = Math.Max(0, (long)_tables.Cell(MetadataTables.TypeDefinition, type + 1, 5) - first);
        }
        else
        {
            count = Math.Max(0, _tables.RowCount(MetadataTables.Method) + 1L - first);
        }

        if (first == 0 || count > MaximumMethods)
            return null;
        var methods = new List<DotNetMethod>();
        for (var row = first; row < first + count && row <= _tables.RowCount(MetadataTables.Method) && ++_totalMethods <= MaximumTotalMethods; row++)
        {
            if ((row & 0xFF) == 0 && !_image.Reader.Budget.CheckTime())
                break;
            if (ReadMethod(row, classGenerics) is { } method)
                methods.Add(method);
        }

        return methods;
    }

    private DotNetMethod? ReadMethod(uint row, List<string> classGenerics)
    {
        if (!_tables.HasRow(MetadataTables.Method, row) || _image.Name(_tables.Cell(MetadataTables.Method, row, 3)) is not { Length: > 0 } name
            || !_image.TryGetBlob(_tables.Cell(MetadataTables.Method, row, 4), out var offset, out var length) || length < 3)
            return null;
        var generics = GenericParametersOf(row << 1 | 1);
        var scope = new TypeScope(classGenerics, generics);
        var signature = new SignatureReader(_image.Reader, offset, length);
        signature.TryReadByte(out var convention);
        // How many generic parameters there are is known from their table.
        if ((convention & GenericSignature) != 0)
            signature.ReadUnsigned();
        var count = signature.ReadUnsigned();
        _names.Begin();
        if (_names.Next(ref signature, scope) is not { } result || count > MaximumParameters
            || !TryReadParameters(_tables.Cell(MetadataTables.Method, row, 5), count, ref signature, scope, out var parameters))
            return null;
        var flags = _tables.Cell(MetadataTables.Method, row, 2);
        return new DotNetMethod
        {
            Name = name,
            // As constructors return nothing, nothing is said of it.
            ReturnType = name is ".ctor" or ".cctor" ? null : result,
            Parameters = parameters,
            GenericParameters = generics,
            Visibility = (flags & 7) switch
            {
                2 => "private protected",
                3 => "internal",
                4 => "protected",
                5 => "protected internal",
                6 => "public",
                _ => "private",
            },
            IsStatic = (flags & StaticFlag) != 0,
            IsFinal = (flags & FinalFlag) != 0,
            IsVirtual = (flags & VirtualFlag) != 0,
            IsAbstract = (flags & AbstractMethodFlag) != 0,
        };
    }

    /// <summary>Names come from the table of parameters, row by row, and types from the signature.</summary>
    private bool TryReadParameters(uint first, uint count, ref SignatureReader signature, TypeScope scope, out List<DotNetParameter>? parameters)
    {
        parameters = null;
        if (first == 0)
            return true;
        var read = new List<DotNetParameter>();
        for (uint i = 0; i < count; i++)
        {
            string? name;
            if (first + i > _tables.RowCount(MetadataTables.Parameter))
                name = $"P_{i}";
            else if (_tables.HasRow(MetadataTables.Parameter, first + i))
                name = _image.Name(_tables.Cell(MetadataTables.Parameter, first + i, 2));
            else
                return false;
            if (_names.Next(ref signature, scope) is not { } type)
                return false;
            read.Add(new DotNetParameter(name, type));
        }

        parameters = read;
        return true;
    }

    private List<string> GenericParametersOf(uint owner) => _genericParameters.GetValueOrDefault(owner) ?? [];

    /// <summary>One parameter without a name makes its owner one without parameters.</summary>
    private void ReadGenericParameters()
    {
        var invalid = new HashSet<uint>();
        for (uint row = 1; _tables.HasRow(MetadataTables.GenericParameter, row); row++)
        {
            var owner = _tables.Cell(MetadataTables.GenericParameter, row, 2);
            if (_image.Name(_tables.Cell(MetadataTables.GenericParameter, row, 3)) is not { Length: > 0 } name)
            {
                invalid.Add(owner);
                continue;
            }

            if (!_genericParameters.TryGetValue(owner, out var names))
                _genericParameters.Add(owner, names = []);
            names.Add(name);
        }

        foreach (var owner in invalid)
            _genericParameters.Remove(owner);
    }
}

/// <summary>A class or an interface. Names are characters that stand for bytes.</summary>
internal sealed class DotNetClass(Func<List<DotNetMethod>?> readMethods)
{
    private List<DotNetMethod>? _methods;
    private bool _isRead;

    public required string Name { get; init; }

    public required string? FullName { get; init; }

    public required string? Namespace { get; init; }

    public required string Visibility { get; init; }

    /// <summary><c>class</c> or <c>interface</c>.</summary>
    public required string Kind { get; init; }

    public required bool IsAbstract { get; init; }

    public required bool IsSealed { get; init; }

    public required List<string> GenericParameters { get; init; }

    /// <summary>The parent, then the interfaces.</summary>
    public required List<string> BaseTypes { get; init; }

    public List<DotNetMethod>? Methods
    {
        get
        {
            if (!_isRead)
                (_methods, _isRead) = (readMethods(), true);
            return _methods;
        }
    }
}

/// <summary>A method.</summary>
internal sealed class DotNetMethod
{
    public required string Name { get; init; }

    public required string? ReturnType { get; init; }

    /// <summary>Null where the program has no list of parameters.</summary>
    public required List<DotNetParameter>? Parameters { get; init; }

    public required List<string> GenericParameters { get; init; }

    public required string Visibility { get; init; }

    public required bool IsStatic { get; init; }

    public required bool IsFinal { get; init; }

    public required bool IsVirtual { get; init; }

    public required bool IsAbstract { get; init; }
}

/// <summary>A parameter of a method.</summary>
internal sealed record DotNetParameter(string? Name, string Type);
