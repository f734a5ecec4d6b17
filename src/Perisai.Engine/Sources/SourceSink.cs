using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Sources;

/// <summary>
/// Stands between the parsers and the compiler: leaves out what an ignore list names, and gives each definition the digest of its line, by which
/// a later ignore list may name it.
/// </summary>
internal sealed class SourceSink(DefinitionCompiler compiler) : IDefinitionSink
{
    /// <summary>By name: MD5 sums of ignored lines; null ignores every line of the name.</summary>
    private readonly Dictionary<string, HashSet<string>?> _ignored = new(StringComparer.Ordinal);

    /// <summary>The line under work.</summary>
    public ReadOnlyMemory<char> Line { get; set; }

    /// <summary>Rules about certificates that came so far.</summary>
    public List<AuxiliaryDefinition> Certificates { get; } = [];

    /// <summary>Whether definitions that are named as those of phishing are passed over.</summary>
    public bool PassesOverPhishing { get; set; }

    /// <summary>Definitions left out because an ignore list of this build names them.</summary>
    public long Retracted { get; private set; }

    public void Add(Definition definition)
    {
        if (IsIgnored(definition.Name) || (PassesOverPhishing && IsPhishing(definition.Name)))
            return;
        compiler.Add(definition with { LineDigest = Definition.ShortenLineDigest(LineDigest()) });
    }

    public void Add(in HashDefinition definition, ReadOnlySpan<byte> digest)
    {
        if (!IsIgnored(definition.Name))
            compiler.Add(definition, digest);
    }

    public void Add(AuxiliaryDefinition definition)
    {
        if (IsIgnored(definition.Name))
            return;
        compiler.Add(definition with { LineDigest = Definition.ShortenLineDigest(LineDigest()) });
        if (definition.Kind == AuxiliaryKind.Certificate)
            Certificates.Add(definition);
    }

    public void Retract(string name, string? lineDigest, SourceLocation location)
    {
        compiler.Retract(name, lineDigest, location);
        if (lineDigest is null)
            _ignored[name] = null;
        else if (!_ignored.TryGetValue(name, out var digests))
            _ignored.Add(name, [lineDigest]);
        else
            digests?.Add(lineDigest);
    }

    public void AddUnsupported(string kind, string name, string reason, SourceLocation location) =>
        compiler.AddUnsupported(kind, name, reason, location);

    public void AddDiagnostic(Diagnostic diagnostic) => compiler.AddDiagnostic(diagnostic);

    private static bool IsPhishing(string name) =>
        name.StartsWith("HTML.Phishing", StringComparison.Ordinal) || name.StartsWith("Email.Phishing", StringComparison.Ordinal);

    private bool IsIgnored(string name)
    {
        if (_ignored.Count == 0 || !_ignored.TryGetValue(name, out var digests))
            return false;
        if (digests is not null && !digests.Contains(LineDigest()))
            return false;
        Retracted++;
        return true;
    }

    /// <summary>MD5 names the line in ClamAV's ignore lists; nothing rests on its strength.</summary>
    private string LineDigest() => Convert.ToHexStringLower(MD5.HashData(Encoding.Latin1.GetBytes(Line.ToString())));
}
