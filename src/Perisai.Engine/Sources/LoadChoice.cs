using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Sources;

/// <summary>What of the sources is loaded.</summary>
/// <param name="Unwanted">Databases of potentially unwanted programs.</param>
/// <param name="Links">Databases about links in mails.</param>
/// <param name="Phishing">Definitions by bytes that are named as those of phishing.</param>
internal sealed record LoadChoice(bool Unwanted, bool Links, bool Phishing)
{
    public bool Includes(DatabaseKind kind, DefinitionFlags flags) =>
        (Unwanted || !flags.HasFlag(DefinitionFlags.PotentiallyUnwanted)) && (Links || kind.Name is not ("pdb" or "wdb" or "gdb"));

    /// <summary>Whether definitions of a kind are passed over by their names: as in clamscan, of these kinds alone.</summary>
    public bool PassesOverPhishing(DatabaseKind kind) => !Phishing && kind.Name is ("ndb" or "ndu" or "sdb");
}
