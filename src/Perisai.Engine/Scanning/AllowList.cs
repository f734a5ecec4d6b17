using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Allowed objects: a definition's finding is dropped where the object, or one that it lies in, is on an allow list. Asked only when
/// something was found, so that allow lists cost ordinary objects nothing.
/// </summary>
internal static class AllowList
{
    public static bool Allows(DefinitionSet definitions, ObjectContext context)
    {
        if (!definitions.Views.Any(view => view.HashTables.Any(table => table.Key.Allows)))
            return false;
        for (var at = context; at is not null; at = at.Parent)
        {
            foreach (var view in definitions.Views)
            {
                foreach (var table in view.HashTables)
                {
                    if (table.Key is { Allows: true, Scope: HashScope.Object } && table.MayHaveSize(at.Length) && Finds(table, at))
                        return true;
                }
            }
        }

        return false;
    }

    private static bool Finds(HashTable table, ObjectContext context)
    {
        var digest = table.Key.Algorithm switch
        {
            HashAlgorithmKind.Md5 => context.Digests.Md5,
            HashAlgorithmKind.Sha1 => context.Digests.Sha1,
            _ => context.Digests.Sha256,
        };
        return digest.Length > 0 && table.Find(Convert.FromHexString(digest), context.Length) >= 0;
    }
}
