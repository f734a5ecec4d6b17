using System.Collections.Immutable;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>A named threat (or a harmless probe), told by bytes: what YARA calls a rule and ClamAV a body or logical signature.</summary>
internal sealed record Definition
{
    public required string Name { get; init; }

    public required SourceLocation Location { get; init; }

    /// <summary>On which objects it is tried.</summary>
    public ObjectTarget Target { get; init; } = ObjectTarget.Any;

    public required ImmutableArray<Subpattern> Subpatterns { get; init; }

    public required Condition Condition { get; init; }

    public DefinitionFlags Flags { get; init; }

    /// <summary>As what an object is looked at again in which it matches, see <see cref="DefinitionFlags.Retypes"/>.</summary>
    public FileType Handler { get; init; }

    /// <summary>
    /// The first 48 bits of the MD5 of the database line, by which an ignore list may name it (see <see cref="IDefinitionSink.Retract"/>); 0 where there is
    /// no such line. Together with the name they are more than enough.
    /// </summary>
    public ulong LineDigest { get; init; }

    /// <summary>A line digest from the whole MD5 in hex.</summary>
    public static ulong ShortenLineDigest(string md5) => ulong.Parse(md5.AsSpan(0, 12), System.Globalization.NumberStyles.AllowHexSpecifier);
}

/// <summary>A threat, or an allowed object, told by its digest.</summary>
/// <param name="Name">The definition's name.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Algorithm">Which digest.</param>
/// <param name="Scope">Of what.</param>
/// <param name="Size">The size in bytes that the object or section must have; null for any.</param>
/// <param name="Flags">Properties.</param>
/// <remarks>The digest is handed beside it, as bytes, so that ten million of these cost no arrays.</remarks>
internal readonly record struct HashDefinition(
    string Name, SourceLocation Location, HashAlgorithmKind Algorithm, HashScope Scope, long? Size, DefinitionFlags Flags);

/// <summary>Digests that definitions use.</summary>
internal enum HashAlgorithmKind : byte
{
    Md5,
    Sha1,
    Sha256,
}

/// <summary>What a digest is taken of.</summary>
internal enum HashScope : byte
{
    /// <summary>The whole object.</summary>
    Object,

    /// <summary>The raw bytes of one PE section.</summary>
    PeSection,

    /// <summary>The PE import table in its canonical text (imphash).</summary>
    PeImports,

    /// <summary>An address in a mail: its host and path in their canonical form, or one of their parts.</summary>
    Link,

    /// <summary>The first four bytes of such digests, the others zero. ClamAV counts these and never looks at them.</summary>
    LinkPrefix,

    /// <summary>A PE file without its signature, as a catalogue states it.</summary>
    Program,
}

/// <summary>Properties of a definition.</summary>
[Flags]
internal enum DefinitionFlags : byte
{
    None = 0,

    /// <summary>Potentially unwanted: reported only when asked for.</summary>
    PotentiallyUnwanted = 1,

    /// <summary>Allows instead of detects: the object, and findings inside it, are clean.</summary>
    Allow = 2,

    /// <summary>Came in a container whose digital signature was checked.</summary>
    SignedSource = 4,

    /// <summary>
    /// A match has the object looked at once more as one of another type; only where it matches there as well is it reported.
    /// </summary>
    Retypes = 8,
}

/// <summary>Kinds of object that a definition is tried on, numbered as ClamAV's target types.</summary>
internal enum ObjectTarget : byte
{
    Any = 0,
    Pe = 1,
    Ole2 = 2,
    Html = 3,
    Mail = 4,
    Graphics = 5,
    Elf = 6,
    Text = 7,
    Unused = 8,
    MachO = 9,
    Pdf = 10,
    Flash = 11,
    Java = 12,

    /// <summary>Objects of a known type without a target. In ClamAV the number is an internal one, and no definition for it ever matches.</summary>
    None = 13,
    Other = 14,
}
