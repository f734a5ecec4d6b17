namespace Perisai.Engine.Formats.Dex;

/// <summary>Classes and their members.</summary>
internal sealed partial class DexFile
{
    private DexClasses? _classes;

    /// <summary>What the classes define. The first class whose data do not lie in the file ends it.</summary>
    public DexClasses Classes => _classes ??= ReadClasses();

    private DexClasses ReadClasses()
    {
        var classes = new DexClasses();
        if (!HasClasses)
            return classes;
        for (uint i = 0; i < Header.Classes.Count; i++)
        {
            if (!_reader.Budget.CheckTime() || !TryReadEntry(Header.Classes, i, ClassLength, out var entry))
                return classes;
            classes.Count++;
            var offset = entry.UInt32(24);
            if (offset != 0 && !ReadClass(classes, offset))
                return classes;
            // Each class has at most 65,536 members of its own in a good file, but many classes may name the same ones.
            if (classes.Fields.Count >= MaximumIndex || classes.Methods.Count >= MaximumIndex || classes.Data.Count >= MaximumIndex)
                break;
        }

        classes.IsWhole = true;
        return classes;
    }

    private bool ReadClass(DexClasses classes, long at)
    {
        if (at > _reader.Length - 16 || !TryReadNumber(_reader, ref at, out var staticFields) || !TryReadNumber(_reader, ref at, out var instanceFields)
            || !TryReadNumber(_reader, ref at, out var directMethods) || !TryReadNumber(_reader, ref at, out var virtualMethods))
            return false;
        classes.Data.Add(new DexClassData(staticFields, instanceFields, directMethods, virtualMethods));
        ReadFields(classes, staticFields, ref at);
        ReadFields(classes, instanceFields, ref at);
        ReadMethods(classes, directMethods, isDirect: true, ref at);
        ReadMethods(classes, virtualMethods, isDirect: false, ref at);
        return true;
    }

    private void ReadFields(DexClasses classes, uint count, ref long at)
    {
        uint index = 0;
        for (uint i = 0; i < count && classes.FieldCount < MaximumIndex; i++)
        {
            var next = at;
            if (at > _reader.Length - 8 || !TryReadNumber(_reader, ref next, out var difference) || !TryReadNumber(_reader, ref next, out var flags))
                return;
            index = unchecked(index + difference);
            // A field without an identifier is written down, but neither counted nor passed: the next one takes its place.
            var isKnown = HasFields && index <= MaximumIndex && index < Header.Fields.Count;
            Put(classes.Fields, classes.FieldCount, new DexField(difference, flags, isKnown ? index : null));
            if (!isKnown)
                return;
            classes.FieldCount++;
            at = next;
        }
    }

    private void ReadMethods(DexClasses classes, uint count, bool isDirect, ref long at)
    {
        uint index = 0;
        for (uint i = 0; i < count && classes.MethodCount < MaximumIndex; i++)
        {
            var next = at;
            if (at > _reader.Length - 12 || !TryReadNumber(_reader, ref next, out var difference) || !TryReadNumber(_reader, ref next, out var flags)
                || !TryReadNumber(_reader, ref next, out var code))
                return;
            index = unchecked(index + difference);
            var isKnown = HasMethods && index <= MaximumIndex && index < Header.Methods.Count;
            Put(classes.Methods, classes.MethodCount, new DexMethod(difference, flags, code, isDirect, isKnown ? index : null));
            if (!isKnown)
                return;
            classes.MethodCount++;
            at = next;
        }
    }

    private static void Put<T>(List<T> list, int index, T value)
    {
        if (index < list.Count)
            list[index] = value;
        else
            list.Add(value);
    }
}

/// <summary>What was read of the classes.</summary>
internal sealed class DexClasses
{
    /// <summary>Class definitions that were reached.</summary>
    public int Count { get; set; }

    public List<DexClassData> Data { get; } = [];

    public List<DexField> Fields { get; } = [];

    public List<DexMethod> Methods { get; } = [];

    /// <summary>Fields with an identifier; the list may have one more.</summary>
    public int FieldCount { get; set; }

    /// <summary>Methods with an identifier; the list may have one more.</summary>
    public int MethodCount { get; set; }

    /// <summary>Whether the last class was reached; otherwise YARA gives no counts.</summary>
    public bool IsWhole { get; set; }
}

/// <summary>How many members a class has.</summary>
internal readonly record struct DexClassData(uint StaticFields, uint InstanceFields, uint DirectMethods, uint VirtualMethods);

/// <summary>A field; without an <paramref name="Index"/> where there is no such identifier.</summary>
internal readonly record struct DexField(uint Difference, uint Flags, uint? Index);

/// <summary>A method; without an <paramref name="Index"/> where there is no such identifier.</summary>
internal readonly record struct DexMethod(uint Difference, uint Flags, uint CodeOffset, bool IsDirect, uint? Index);
