using System.Security.Cryptography;
using Perisai.Engine;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Pictures;
using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Authenticode;
using Perisai.Engine.Formats.Pe.Icons;

namespace Perisai.Fuzz;

/// <summary>The targets: every container reader, and what else looks at an object's bytes.</summary>
internal static class FuzzTargets
{
    /// <summary>A time at which the seeds' certificates are valid.</summary>
    private const long Now = 1_800_000_000;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. Enum.GetValues<FileType>().Select(ContainerDispatcher.ReaderFor).OfType<IContainerReader>().Distinct().Select(ForReader),
        new("identification", source => Identify(source).ToString()),
        new("executable", ReadExecutable),
        new("picture", HashPicture),
        new("signature", VerifySignature),
        new("catalogue", VerifyCatalog),
        new("links", LinkTarget.Run),
        new("icons", source => string.Join(' ', PeIconReader.Read(new BoundedReader(source, new ScanBudget(DigestSink.Limits))))),
    ];

    private static FuzzTarget ForReader(IContainerReader reader) => new(reader.Name, source =>
    {
        using var sink = new DigestSink();
        // Not through the dispatcher, which would keep what is thrown to itself.
        reader.Read(source, sink);
        if (sink.Budget.Exhausted == BudgetLimit.Time)
            throw new TimeoutException($"{reader.Name} did not end.");
        return sink.Budget.Exhausted == BudgetLimit.None ? sink.Digest() : "over budget";
    });

    private static FileType Identify(ByteSource source) => ContainerDispatcher.Identify(source, new ScanBudget(DigestSink.Limits));

    private static string HashPicture(ByteSource source)
    {
        var budget = new ScanBudget(DigestSink.Limits);
        var type = Identify(source);
        if (!PictureDecoder.Decodes(type))
            return "none";
        var hash = PictureDecoder.Hash(type, source, budget, out var fault);
        return budget.Exhausted == BudgetLimit.None ? $"{hash:x16} {fault?.Detail}" : "over budget";
    }

    /// <summary>Every certificate that the input brings is trusted, so that nothing is left unread.</summary>
    private static string VerifySignature(ByteSource source)
    {
        var budget = new ScanBudget(DigestSink.Limits);
        if (ProgramSignature.Read(new BoundedReader(source, budget)) is not { } signature)
            return "none";
        var rules = RulesFor(signature.Certificates);
        var digest = Hex(signature.Digest(HashAlgorithmName.SHA256));
        var result = $"{rules.Count} {signature.IsTrusted(rules, Now)} {signature.FindBlocking(rules).Count()} {digest}";
        return budget.Exhausted == BudgetLimit.None ? result : "over budget";
    }

    private static string VerifyCatalog(ByteSource source)
    {
        var bytes = new byte[Math.Min(source.Length, DigestSink.Limits.MaxObjectBytes)];
        var length = source.Read(0, bytes);
        var budget = new ScanBudget(DigestSink.Limits);
        if (Catalog.Read(bytes.AsSpan(0, length)) is not { } catalog)
            return "none";
        var result = $"{catalog.Digests.Count} {catalog.IsTrusted(RulesFor(catalog.Certificates), Now, budget)}";
        return budget.Exhausted == BudgetLimit.None ? result : "over budget";
    }

    private static string Hex(byte[]? bytes) => bytes is null ? "" : Convert.ToHexStringLower(bytes);

    private static List<CertificateRule> RulesFor(IEnumerable<SigningCertificate> certificates) => [.. certificates.Select(certificate => new CertificateRule
    {
        Name = "any",
        IsTrusted = true,
        Subject = certificate.Subject,
        Key = certificate.Key,
        Uses = KeyUses.Code | KeyUses.Times | KeyUses.Certificates,
    })];

    private static string ReadExecutable(ByteSource source)
    {
        var reader = new BoundedReader(source, new ScanBudget(DigestSink.Limits));
        var facts = ExecutableReader.Read(Identify(source), reader, ExecutableDetails.VersionInformation | ExecutableDetails.Imports);
        return facts is null ? "none" : $"{facts.EntryPoint} {facts.Sections.Length} {facts.ImportHashText}";
    }
}
