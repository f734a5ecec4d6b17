using System.Security.Cryptography;
using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Allowed objects: a definition's finding is dropped where the object, or one that it lies in, is on an allow list. Asked only when
/// something was found, so that allow lists cost ordinary objects nothing.
/// </summary>
internal static class AllowList
{
    public static bool Allows(DefinitionSet definitions, ObjectContext context, bool checksCertificates) =>
        AllowsByDigest(definitions, context) || (checksCertificates && AllowsBySigner(definitions, context));

    private static bool AllowsByDigest(DefinitionSet definitions, ObjectContext context)
    {
        if (!definitions.Views.Any(view => view.HashTables.Any(table => table.Key.Allows)))
            return false;
        for (var at = context; at is not null; at = at.Parent)
        {
            for (var view = 0; view < definitions.Views.Length; view++)
            {
                foreach (var table in definitions.Views[view].HashTables)
                {
                    if (table.Key is { Allows: true, Scope: HashScope.Object } && table.MayHaveSize(at.Length) && Finds(definitions, view, table, at))
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether it, or a program that it lies in, was signed by somebody whom definitions trust, or is in a catalogue of such.</summary>
    private static bool AllowsBySigner(DefinitionSet definitions, ObjectContext context)
    {
        var hasCatalogs = definitions.Views.Any(view => view.HashTables.Any(table => table.Key is { Allows: true, Scope: HashScope.Program }));
        if (definitions.Certificates.IsEmpty && !hasCatalogs)
            return false;
        for (var at = context; at is not null; at = at.Parent)
        {
            if (at.Type == FileType.Pe && (at.IsExcusedProgram ??= IsExcused(definitions, at)))
                return true;
        }

        return false;
    }

    private static bool IsExcused(DefinitionSet definitions, ObjectContext program)
    {
        if (program.Signature is not { } signature)
            return false;
        var rules = definitions.Certificates.All;
        if (signature.IsTrusted(rules, DateTimeOffset.UtcNow.ToUnixTimeSeconds()))
            return true;
        var numbers = new List<uint>();
        for (var view = 0; view < definitions.Views.Length; view++)
        {
            foreach (var table in definitions.Views[view].HashTables)
            {
                if (table.Key is not { Allows: true, Scope: HashScope.Program }
                    || signature.Digest(table.Key.Algorithm == HashAlgorithmKind.Sha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256) is not { } digest)
                    continue;
                numbers.Clear();
                table.Find(digest, HashKey.AnySize, numbers);
                var owner = view;
                if (numbers.Any(number => !definitions.IsRetracted(owner, definitions.Views[owner].HashNames.NameOf(number), static () => [])))
                    return true;
            }
        }

        return false;
    }

    private static bool Finds(DefinitionSet definitions, int view, HashTable table, ObjectContext context)
    {
        var digest = table.Key.Algorithm switch
        {
            HashAlgorithmKind.Md5 => context.Digests.Md5,
            HashAlgorithmKind.Sha1 => context.Digests.Sha1,
            _ => context.Digests.Sha256,
        };
        var numbers = new List<uint>();
        if (digest.Length > 0)
            table.Find(Convert.FromHexString(digest), context.Length, numbers);
        return numbers.Any(number => !IsRetracted(definitions, view, number, digest, context.Length));
    }

    private static bool IsRetracted(DefinitionSet definitions, int view, uint number, string digest, long size)
    {
        var name = definitions.Views[view].HashNames.NameOf(number);
        return definitions.IsRetracted(
            view, name,
            () => DigestLines.Md5Of(Convert.FromHexString(digest), HashScope.Object, size, name).Select(Definition.ShortenLineDigest));
    }
}
