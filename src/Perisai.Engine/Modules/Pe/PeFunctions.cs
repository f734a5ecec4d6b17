using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Modules.Pe;

/// <summary>The functions of the pe module. The numbers of overloads are places in <see cref="PeSchema"/>.</summary>
internal static class PeFunctions
{
    private const long LibraryFlag = 0x2000;

    public static RuleValue CalculateChecksum(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) =>
        pe.ComputedChecksum is { } checksum ? RuleValue.Of(checksum) : RuleValue.Undefined;

    public static RuleValue ImportHash(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Of(pe.ImportHash);

    /// <summary>The first section of a name, or the one whose bytes in the file hold an offset.</summary>
    public static RuleValue SectionIndex(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        var sections = pe.Image.Sections;
        for (var i = 0; i < sections.Length; i++)
        {
            var isMeant = overload == 0
                ? UpToZero(sections[i].Name).SequenceEqual(UpToZero(arguments[0].Text))
                : arguments[0].Integer >= sections[i].RawOffset && arguments[0].Integer < (long)sections[i].RawOffset + sections[i].RawLength;
            if (isMeant)
                return RuleValue.Of((long)i);
        }

        return RuleValue.Undefined;
    }

    public static RuleValue Exports(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Of(overload switch
    {
        0 => FindExport(pe, arguments[0].Text),
        1 => FindExport(pe, arguments[0].Regex),
        _ => FindExport(pe, arguments[0].Integer),
    } >= 0 ? 1L : 0L);

    public static RuleValue ExportsIndex(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        var index = overload switch
        {
            0 => FindExport(pe, arguments[0].Text),
            1 => FindExport(pe, arguments[0].Integer),
            _ => FindExport(pe, arguments[0].Regex),
        };
        return index >= 0 ? RuleValue.Of((long)index) : RuleValue.Undefined;
    }

    /// <summary>In the order of the overloads: library and function, library and ordinal, library, expressions for both; the same after flags.</summary>
    public static RuleValue Imports(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        var flags = PeConstants.ImportStandard;
        if (overload >= 4)
        {
            flags = arguments[0].Integer;
            arguments = arguments[1..];
            overload -= 4;
        }

        long count = 0;
        if ((flags & PeConstants.ImportStandard) != 0)
            count += CountImports(pe.Imports, overload, arguments);
        if ((flags & PeConstants.ImportDelayed) != 0)
            count += CountImports(pe.DelayedImports, overload, arguments);
        // Whether a function is imported is a yes or no; libraries and expressions are counted.
        return RuleValue.Of(overload <= 1 ? Math.Min(count, 1) : count);
    }

    public static RuleValue ImportAddress(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) =>
        FindAddress(pe.Imports, overload, arguments);

    public static RuleValue DelayedImportAddress(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) =>
        FindAddress(pe.DelayedImports, overload, arguments);

    public static RuleValue Locale(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) => HasLanguage(pe, arguments[0].Integer, 0xFFFF);

    public static RuleValue Language(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) => HasLanguage(pe, arguments[0].Integer, 0xFF);

    /// <summary>The flag itself, which is not 1.</summary>
    public static RuleValue IsLibrary(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) =>
        RuleValue.Of(pe.Image.Characteristics & LibraryFlag);

    public static RuleValue Is32Bit(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Of(pe.Image.Is64Bit ? 0L : 1L);

    public static RuleValue Is64Bit(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Of(pe.Image.Is64Bit ? 1L : 0L);

    public static RuleValue ToOffset(PeFacts pe, int overload, ReadOnlySpan<RuleValue> arguments) =>
        pe.Image.ToOffset(unchecked((ulong)arguments[0].Integer)) is >= 0 and var offset ? RuleValue.Of(offset) : RuleValue.Undefined;

    public static RuleValue RichVersion(PeRichSignature rich, int overload, ReadOnlySpan<RuleValue> arguments) =>
        RuleValue.Of(rich.CountOf(arguments[0].Integer, overload == 1 ? arguments[1].Integer : null));

    public static RuleValue RichTool(PeRichSignature rich, int overload, ReadOnlySpan<RuleValue> arguments) =>
        RuleValue.Of(rich.CountOf(overload == 1 ? arguments[1].Integer : null, arguments[0].Integer));

    public static RuleValue ValidOn(AuthenticodeSignature signature, int overload, ReadOnlySpan<RuleValue> arguments) =>
        signature.Signer?.Chain is [var certificate, ..]
            ? RuleValue.Of(arguments[0].Integer >= certificate.NotBefore && arguments[0].Integer <= certificate.NotAfter ? 1L : 0L)
            : RuleValue.Undefined;

    private static int FindExport(PeFacts pe, ReadOnlySpan<byte> name)
    {
        var exports = pe.Exports.Exports;
        for (var i = 0; i < exports.Count; i++)
        {
            if (exports[i].Name is { } candidate && EqualsIgnoringCase(candidate, name))
                return i;
        }

        return -1;
    }

    private static int FindExport(PeFacts pe, IRuleRegex expression)
    {
        var exports = pe.Exports.Exports;
        for (var i = 0; i < exports.Count; i++)
        {
            if (exports[i].Name is { } candidate && expression.IsMatch(candidate))
                return i;
        }

        return -1;
    }

    /// <summary>YARA compares the ordinal with the number of exports first, whatever the table's base is.</summary>
    private static int FindExport(PeFacts pe, long ordinal)
    {
        var exports = pe.Exports.Exports;
        if (ordinal == 0 || ordinal > exports.Count)
            return -1;
        for (var i = 0; i < exports.Count; i++)
        {
            if (exports[i].Ordinal == ordinal)
                return i;
        }

        return -1;
    }

    private static long CountImports(IReadOnlyList<PeImportedLibrary> libraries, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        long count = 0;
        foreach (var library in libraries)
        {
            var isMeant = overload == 3 ? arguments[0].Regex.IsMatch(library.Name) : EqualsIgnoringCase(library.Name, arguments[0].Text);
            if (!isMeant)
                continue;
            if (overload == 2)
            {
                count += library.Functions.Count;
                continue;
            }

            foreach (var function in library.Functions)
            {
                if (overload switch
                {
                    0 => EqualsIgnoringCase(function.Name, arguments[1].Text),
                    1 => function.Ordinal == arguments[1].Integer,
                    _ => function.Name is { } name && arguments[1].Regex.IsMatch(name),
                })
                    count++;
            }
        }

        return count;
    }

    private static RuleValue FindAddress(IReadOnlyList<PeImportedLibrary> libraries, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        foreach (var library in libraries)
        {
            if (!EqualsIgnoringCase(library.Name, arguments[0].Text))
                continue;
            foreach (var function in library.Functions)
            {
                if (overload == 0 ? EqualsIgnoringCase(function.Name, arguments[1].Text) : function.Ordinal == arguments[1].Integer)
                    return function.Address is { } address ? RuleValue.Of(address) : RuleValue.Undefined;
            }
        }

        return RuleValue.Undefined;
    }

    private static RuleValue HasLanguage(PeFacts pe, long language, long mask)
    {
        foreach (var resource in pe.Resources.Resources)
        {
            if (resource.Language.Id is { } id && (id & mask) == language)
                return RuleValue.Of(1L);
        }

        return RuleValue.Of(0L);
    }

    /// <summary>Texts end at a zero where C compares them.</summary>
    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    private static bool EqualsIgnoringCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        right = UpToZero(right);
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && (!char.IsAsciiLetter((char)left[i]) || (left[i] ^ right[i]) != 0x20))
                return false;
        }

        return true;
    }
}
