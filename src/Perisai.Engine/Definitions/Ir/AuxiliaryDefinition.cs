using System.Collections.Immutable;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>
/// A definition that is neither a pattern nor a digest. There are some hundreds of them at most, so that they are kept as fields of text, checked
/// when they are compiled and read again when a segment is opened.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Fields">What it says; the kind tells how many fields and what each is.</param>
/// <param name="Flags">Properties.</param>
internal sealed record AuxiliaryDefinition(
    AuxiliaryKind Kind, string Name, SourceLocation Location, ImmutableArray<string> Fields, DefinitionFlags Flags = DefinitionFlags.None)
{
    /// <summary>As <see cref="Definition.LineDigest"/>.</summary>
    public ulong LineDigest { get; init; }
}

/// <summary>Kinds of <see cref="AuxiliaryDefinition"/>; the numbers stand in segments.</summary>
internal enum AuxiliaryKind : byte
{
    /// <summary>What a container says of a member names a threat: see <see cref="Auxiliary.MemberTest"/>.</summary>
    Member = 1,

    /// <summary>A password to try on encrypted members: the type of their containers (a number; empty for any), the password.</summary>
    Password = 2,

    /// <summary>Links in mails that show such an address are compared with where they lead: see <see cref="Auxiliary.LinkList"/>.</summary>
    ProtectedLink = 3,

    /// <summary>Links whose displayed and real addresses may differ: see <see cref="Auxiliary.LinkList"/>.</summary>
    AllowedLink = 4,

    /// <summary>What an object is that the engine does not know, told by bytes at a place: see <see cref="Auxiliary.TypeMark"/>.</summary>
    TypeMark = 5,

    /// <summary>A certificate whose programs are trusted or blocked: see <see cref="Auxiliary.CertificateRules"/>.</summary>
    Certificate = 6,

    /// <summary>As what an object is to be looked at again in which the definition of this name and line matches: a type (a number).</summary>
    Handler = 7,

    /// <summary>An icon that programs are compared with: its two groups, then what it looks like: see <see cref="Auxiliary.IconList"/>.</summary>
    Icon = 8,
}
