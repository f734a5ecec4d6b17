using System.Globalization;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Authenticode;

namespace Perisai.Engine.Definitions.Auxiliary;

/// <summary>
/// The rules of a set about certificates. The fields of each: 1 for trust and 0 for block, the subject's and the serial number's SHA-1 (empty for any) and the
/// modulus in hexadecimal digits, what the key is for (the number of <see cref="KeyUses"/>), seconds since 1970 before which certificates are not meant.
/// </summary>
internal sealed class CertificateRules
{
    private readonly Dictionary<CertificateRule, (int View, AuxiliaryDefinition Definition)> _sources = [];

    public CertificateRules(DefinitionSet definitions)
    {
        var rules = new List<CertificateRule>();
        for (var view = 0; view < definitions.Views.Length; view++)
        {
            foreach (var definition in definitions.Views[view].Auxiliary)
            {
                if (definition.Kind != AuxiliaryKind.Certificate || definitions.IsRetracted(view, definition.Name, () => [definition.LineDigest]))
                    continue;
                var rule = RuleOf(definition);
                rules.Add(rule);
                _sources.Add(rule, (view, definition));
            }
        }

        All = rules;
        HasBlocking = rules.Exists(rule => !rule.IsTrusted);
    }

    public IReadOnlyList<CertificateRule> All { get; }

    /// <summary>Whether one blocks: only then are signatures of programs looked at in which nothing was found.</summary>
    public bool HasBlocking { get; }

    public bool IsEmpty => All.Count == 0;

    /// <summary>Where a rule comes from.</summary>
    public (int View, AuxiliaryDefinition Definition) SourceOf(CertificateRule rule) => _sources[rule];

    public static CertificateRule RuleOf(AuxiliaryDefinition definition)
    {
        var fields = definition.Fields;
        return new()
        {
            Name = definition.Name,
            IsTrusted = fields[0] == "1",
            Subject = Convert.FromHexString(fields[1]),
            Serial = fields[2].Length > 0 ? Convert.FromHexString(fields[2]) : null,
            Key = new RsaKey(Convert.FromHexString(fields[3]).AsSpan().TrimStart((byte)0).ToArray(), RsaKey.UsualExponent),
            Uses = (KeyUses)int.Parse(fields[4], CultureInfo.InvariantCulture),
            NotBefore = long.Parse(fields[5], CultureInfo.InvariantCulture),
        };
    }
}
