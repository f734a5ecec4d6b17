using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning.Links;

/// <summary>What definitions say of links in mails: what is protected, what is allowed, which addresses are blocked. Immutable; made when the first mail comes.</summary>
internal sealed class LinkRules
{
    private readonly DefinitionSet _definitions;

    public LinkRules(DefinitionSet definitions)
    {
        _definitions = definitions;
        Comparison = new(ListOf(AuxiliaryKind.ProtectedLink), ListOf(AuxiliaryKind.AllowedLink));
        BlocksAddresses = Tables(allows: false).Any();
    }

    public LinkComparison Comparison { get; }

    /// <summary>Whether addresses are looked up by their digests.</summary>
    public bool BlocksAddresses { get; }

    /// <summary>The name under which an address is blocked; null where it is not.</summary>
    public string? FindBlocked(string address)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        var numbers = new List<uint>();
        foreach (var form in CanonicalAddress.FormsOf(address))
        {
            SHA256.HashData(Encoding.Latin1.GetBytes(form), digest);
            if (NameOf(digest, allows: false, numbers) is { } name && NameOf(digest, allows: true, numbers) is null)
                return name;
        }

        return null;
    }

    private string? NameOf(ReadOnlySpan<byte> digest, bool allows, List<uint> numbers)
    {
        foreach (var (view, table) in Tables(allows))
        {
            numbers.Clear();
            table.Find(digest, HashKey.AnySize, numbers);
            foreach (var number in numbers)
            {
                var name = _definitions.Views[view].HashNames.NameOf(number);
                if (!_definitions.IsRetracted(view, name, static () => []))
                    return name;
            }
        }

        return null;
    }

    private IEnumerable<(int View, HashTable Table)> Tables(bool allows)
    {
        for (var view = 0; view < _definitions.Views.Length; view++)
        {
            foreach (var table in _definitions.Views[view].HashTables)
            {
                if (table.Key is { Scope: HashScope.Link } key && key.Allows == allows)
                    yield return (view, table);
            }
        }
    }

    private LinkList ListOf(AuxiliaryKind kind) => new(Enumerable.Range(0, _definitions.Views.Length).SelectMany(view => _definitions.Views[view].Auxiliary
        .Where(definition => definition.Kind == kind && !_definitions.IsRetracted(view, definition.Name, () => [definition.LineDigest]))));
}
