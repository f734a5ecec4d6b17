using System.Security.Cryptography;
using System.Text;

using Perisai.Engine.Formats.Elf;
using Perisai.Engine.Hashing;

namespace Perisai.Engine.Modules.Elf;

/// <summary>
/// Hashes of the names of symbols, by which files of one family are found: telfhash (Trend Micro, "Telfhash: an ELF file clustering hash", 2020) and an MD5 of
/// the imports.
/// </summary>
internal static class ElfSymbolHashes
{
    /// <summary>Bytes of names that are hashed; with more the hash is undefined. 16 MiB: entries of a hostile table may all name the same long text.</summary>
    private const long MaximumNames = 16 << 20;

    private const byte BindingGlobal = 1;
    private const byte TypeFunction = 2;

    private static readonly string[] _ignored =
        ["__libc_start_main", "main", "abort", "cachectl", "cacheflush", "puts", "atol", "malloc_trim"];

    /// <summary>The TLSH of the names of the global functions; an empty text where there is too little to hash.</summary>
    public static RuleValue TelfHash(ElfTables tables, ElfSymbolTable symbols, FactReader texts) =>
        Join(tables, symbols, texts, static symbol => symbol is { Binding: BindingGlobal, Type: TypeFunction, Visibility: 0 }, IsTelling) is { } joined
            ? RuleValue.Of(Encoding.ASCII.GetBytes(Tlsh.Hash(joined))) : RuleValue.Undefined;

    /// <summary>The MD5 of the names of undefined symbols.</summary>
    public static RuleValue ImportMd5(ElfTables tables, ElfSymbolTable symbols, FactReader texts) =>
        Join(tables, symbols, texts, static symbol => symbol.Section == 0, static name => name.Length > 0) is { } joined
            ? RuleValue.Of(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(MD5.HashData(joined)))) : RuleValue.Undefined;

    /// <summary>
    /// Whether a name says something about the program: not what the compiler makes (names with a dot or bar in front), what depends on the machine (names that
    /// end with 64; string functions, which compilers exchange) or what every program has.
    /// </summary>
    private static bool IsTelling(byte[] name)
    {
        var span = name.AsSpan();
        if (span.Length > 0 && span[0] is (byte)'.' or (byte)'_' || span.EndsWith("64"u8) || span.StartsWith("str"u8) || span.StartsWith("mem"u8))
            return false;
        foreach (var ignored in _ignored)
        {
            if (Ascii.Equals(span, ignored))
                return false;
        }

        return true;
    }

    /// <summary>The names in small letters, sorted, with commas between them; null where there is none.</summary>
    private static byte[]? Join(
        ElfTables tables, ElfSymbolTable symbols, FactReader texts, Func<ElfSymbol, bool> isWanted, Func<byte[], bool> isTelling)
    {
        var names = new List<byte[]>();
        long length = 0;
        for (var i = 0; tables.TryReadSymbol(symbols, i, out var symbol); i++)
        {
            if (!texts.Budget.CheckTime())
                return null;
            if (!isWanted(symbol) || texts.Text(symbols.Names.Find(symbol.Name)) is not { IsUndefined: false } text)
                continue;
            var name = text.Text.ToArray();
            if (!isTelling(name))
                continue;
            if ((length += name.Length + 1) > MaximumNames)
                return null;
            Ascii.ToLowerInPlace(name, out _);
            names.Add(name);
        }

        if (names.Count == 0)
            return null;
        names.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        var joined = new byte[length - 1];
        var at = 0;
        foreach (var name in names)
        {
            name.CopyTo(joined.AsSpan(at));
            at += name.Length;
            if (at < joined.Length)
                joined[at++] = (byte)',';
        }

        return joined;
    }
}
