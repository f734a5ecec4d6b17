using System.Collections.Frozen;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;

namespace Perisai.Engine.Sources;

/// <summary>Reads one line of a text database, trimmed and not a comment.</summary>
internal delegate void LineParser(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink);

/// <summary>Reads a database that is no list of lines.</summary>
internal delegate void DocumentParser(Stream content, string file, DefinitionFlags flags, IDefinitionSink sink);

/// <summary>How a kind of source is read.</summary>
internal enum DatabaseForm
{
    /// <summary>Line by line.</summary>
    Text,

    /// <summary>Line by line, and before all others: what is ignored must be known when it comes.</summary>
    Ignored,

    /// <summary>A ClamAV container.</summary>
    Container,

    /// <summary>YARA rules: a file as a whole.</summary>
    Rules,

    /// <summary>A file as a whole.</summary>
    Document,

    /// <summary>A catalogue of Windows: a file as a whole, behind all others, for they tell whom to trust.</summary>
    Catalog,

    /// <summary>Its lines are counted as not supported.</summary>
    UnsupportedText,
}

/// <summary>A kind of definitions source, told by its extension.</summary>
/// <param name="Name">The extension without the dot.</param>
/// <param name="Form">How it is read.</param>
/// <param name="Parser">Reads one line; null where lines are not read.</param>
/// <param name="Flags">What its definitions are.</param>
/// <param name="Reason">Why it is not supported.</param>
internal sealed record DatabaseKind(
    string Name, DatabaseForm Form, LineParser? Parser = null, DefinitionFlags Flags = DefinitionFlags.None, string Reason = "")
{
    /// <summary>Reads the file; null where lines are read.</summary>
    public DocumentParser? DocumentParser { get; init; }

    /// <summary>Kind of plain lists of digests.</summary>
    public static readonly DatabaseKind HashList = new("hashes", DatabaseForm.Text, Languages.HashLists.HashList.Parse);

    /// <summary>Kind of files of YARA rules.</summary>
    public static readonly DatabaseKind Rules = new("yar", DatabaseForm.Rules);

    // One row a kind; see https://docs.clamav.net/manual/Signatures.html for what each is.
    private static readonly FrozenDictionary<string, DatabaseKind> _byExtension = new DatabaseKind[]
    {
        new("hdb", DatabaseForm.Text, HashSignature.ParseFile),
        new("hdu", DatabaseForm.Text, HashSignature.ParseFile, DefinitionFlags.PotentiallyUnwanted),
        new("hsb", DatabaseForm.Text, HashSignature.ParseFile),
        new("hsu", DatabaseForm.Text, HashSignature.ParseFile, DefinitionFlags.PotentiallyUnwanted),
        new("mdb", DatabaseForm.Text, HashSignature.ParseSection),
        new("mdu", DatabaseForm.Text, HashSignature.ParseSection, DefinitionFlags.PotentiallyUnwanted),
        new("msb", DatabaseForm.Text, HashSignature.ParseSection),
        new("msu", DatabaseForm.Text, HashSignature.ParseSection, DefinitionFlags.PotentiallyUnwanted),
        new("imp", DatabaseForm.Text, HashSignature.ParseImports),
        new("fp", DatabaseForm.Text, HashSignature.ParseAllowed),
        new("sfp", DatabaseForm.Text, HashSignature.ParseAllowed),
        new("ign", DatabaseForm.Ignored, IgnoredSignature.Parse),
        new("ign2", DatabaseForm.Ignored, IgnoredSignature.Parse),
        new("db", DatabaseForm.Text, LegacySignature.Parse),
        new("ndb", DatabaseForm.Text, ExtendedSignature.Parse),
        new("ndu", DatabaseForm.Text, ExtendedSignature.Parse, DefinitionFlags.PotentiallyUnwanted),
        new("sdb", DatabaseForm.Text, ExtendedSignature.Parse),
        new("ldb", DatabaseForm.Text, LogicalSignature.Parse),
        new("ldu", DatabaseForm.Text, LogicalSignature.Parse, DefinitionFlags.PotentiallyUnwanted),
        HashList with { Name = "txt" },
        HashList with { Name = "hashes" },
        HashList with { Name = "md5" },
        HashList with { Name = "sha1" },
        HashList with { Name = "sha256" },
        new("cvd", DatabaseForm.Container),
        new("cld", DatabaseForm.Container),
        new("cud", DatabaseForm.Container),
        new("idb", DatabaseForm.Text, IconSignature.Parse),
        new("cdb", DatabaseForm.Text, MemberSignature.Parse),
        new("crb", DatabaseForm.Text, CertificateLine.Parse),
        new("ftm", DatabaseForm.Text, FileTypeMark.Parse),
        new("cfg", DatabaseForm.Text, FeatureSwitch.Parse),
        new("pdb", DatabaseForm.Text, LinkSignature.ParseProtected),
        new("wdb", DatabaseForm.Text, LinkSignature.ParseAllowed),
        new("gdb", DatabaseForm.Text, LinkSignature.ParseProtected),
        new("pwdb", DatabaseForm.Text, PasswordEntry.Parse),
        new("zmd", DatabaseForm.Text, OldMemberSignature.ParseZip),
        new("rmd", DatabaseForm.Text, OldMemberSignature.ParseRar),
        new("cbc", DatabaseForm.UnsupportedText, Reason: "bytecode is not run"),
        Rules,
        Rules with { Name = "yara" },
        new("ioc", DatabaseForm.Document) { DocumentParser = IndicatorDocument.Parse },
        new("cat", DatabaseForm.Catalog),
    }.ToFrozenDictionary(kind => kind.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of a file by its name; null where the extension says nothing.</summary>
    public static DatabaseKind? Of(string path) => _byExtension.GetValueOrDefault(Path.GetExtension(path).TrimStart('.'));

    /// <summary>Whether its lines are digests and nothing else, so that empty lines and blanks around are no mistake.</summary>
    public bool IsHashList => Parser == HashList.Parser;
}
