using System.Security.Cryptography;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Authenticode;

namespace Perisai.Engine.Sources;

/// <summary>
/// Reads catalogues of Windows (.cat), whose digests excuse programs, behind all other sources: only who is trusted by the rules (.crb) of the same build
/// may excuse any.
/// </summary>
internal static class CatalogSource
{
    /// <summary>The longest catalogue; those of an installation of Windows have up to some megabytes.</summary>
    private const int MaximumLength = 64 << 20;

    public static void Load(Stream content, string file, DefinitionFlags flags, IReadOnlyList<AuxiliaryDefinition> certificates, IDefinitionSink sink)
    {
        var location = new SourceLocation(file, 1);
        if (Read(content) is not { } catalog)
        {
            Warn(SourceFaults.Catalog, "This is no catalogue of Windows that can be read. No program is excused for it.");
            return;
        }

        var rules = certificates.Select(CertificateRules.RuleOf).ToList();
        var budget = new ScanBudget(ScanLimits.Default);
        if (!catalog.IsTrusted(rules, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), budget))
        {
            Warn(
                SourceFaults.UntrustedCatalog,
                "No rule (.crb) of this build trusts who signed the catalogue, or its signature does not hold. No program is excused for it.");
            return;
        }

        foreach (var (algorithm, digest) in catalog.Digests)
        {
            var kind = algorithm == HashAlgorithmName.SHA1 ? HashAlgorithmKind.Sha1 : HashAlgorithmKind.Sha256;
            sink.Add(new HashDefinition(Path.GetFileName(file), location, kind, HashScope.Program, null, flags | DefinitionFlags.Allow), digest);
        }

        void Warn(string id, string message) => sink.AddDiagnostic(Diagnostic.At(location, id, message) with { IsError = false });
    }

    private static Catalog? Read(Stream content)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (bytes.Length <= MaximumLength)
        {
            var count = content.Read(buffer);
            if (count == 0)
                return Catalog.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            bytes.Write(buffer, 0, count);
        }

        return null;
    }
}
