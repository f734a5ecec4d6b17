using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>
/// Checks the rules of a segment when it is opened. Checksums tell damage by chance; these checks hold also where somebody computed the sums anew: each number names
/// something that is there, and the code can be run (<see cref="RuleCodeVerifier"/>). One pass over all; 10,000 rules take a few milliseconds.
/// </summary>
internal sealed class RuleSectionVerifier(SegmentFile file)
{
    private readonly SegmentArray<byte> _texts = file.Array<byte>(SectionKind.RuleTexts);
    private readonly SegmentArray<RuleRecord> _rules = file.Array<RuleRecord>(SectionKind.Rules);
    private readonly SegmentArray<RuleStringRecord> _strings = file.Array<RuleStringRecord>(SectionKind.RuleStrings);
    private readonly SegmentArray<RulePartRecord> _parts = file.Array<RulePartRecord>(SectionKind.RuleParts);
    private readonly SegmentArray<RuleCodeRange> _tests = file.Array<RuleCodeRange>(SectionKind.RuleTests);

    /// <summary>Checks everything.</summary>
    /// <exception cref="SegmentException">Something is wrong; the message says what.</exception>
    public void Verify()
    {
        Sized<RuleRecord>(SectionKind.Rules);
        Sized<RuleStringRecord>(SectionKind.RuleStrings);
        Sized<RulePartRecord>(SectionKind.RuleParts);
        Sized<RuleCodeRange>(SectionKind.RuleTests);
        Sized<uint>(SectionKind.RuleLists);
        Sized<uint>(SectionKind.RuleNames);
        var names = VerifyNames();
        VerifyStrings();
        VerifyParts();
        VerifyRules();
        VerifyPatterns();
        VerifyCode(names);
    }

    private ReadOnlySpan<byte> Texts => _texts.Span;

    private ReadOnlySpan<RuleRecord> Rules => _rules.Span;

    private ReadOnlySpan<RuleStringRecord> Strings => _strings.Span;

    private ReadOnlySpan<RulePartRecord> Parts => _parts.Span;

    private ReadOnlySpan<RuleCodeRange> Tests => _tests.Span;

    private void Sized<T>(SectionKind kind)
        where T : unmanaged => Ensure(file.Section(kind).Length % Unsafe.SizeOf<T>() == 0, $"section {kind} is cut short");

    private RuleCodeNames VerifyNames()
    {
        var names = file.Section<uint>(SectionKind.RuleNames);
        Ensure(!names.IsEmpty && names[0] <= (names.Length - 1) / 2, "names are missing");
        var externals = new RuleValueKind[names[0]];
        var modules = new StructType[names.Length - 1 - (2 * externals.Length)];
        foreach (var place in names[1..])
            Ensure(IsText(place), "a name is outside of the texts");
        for (var i = 0; i < externals.Length; i++)
        {
            var external = RuleExternal.Decode("", Text(names[2 + (2 * i)]));
            externals[i] = external.Kind;
        }

        for (var i = 0; i < modules.Length; i++)
        {
            var name = Text(names[1 + (2 * externals.Length) + i]);
            modules[i] = RuleModules.Find(name)?.Schema ?? throw Damaged($"its rules use a module \"{name}\" that is not known");
        }

        return new(externals, modules);
    }

    /// <summary>Strings lie rule after rule, parts string after string, without a gap.</summary>
    private void VerifyStrings()
    {
        var strings = Strings;
        var parts = (uint)Parts.Length;
        uint part = 0;
        for (var i = 0; i < strings.Length; i++)
        {
            ref readonly var text = ref strings[i];
            Ensure(IsText(text.Identifier), "the name of a string is outside of the texts");
            Ensure(text.FirstPart == part && text.PartCount > 0 && text.PartCount <= parts - part, "a string has no parts");
            part += text.PartCount;
        }

        Ensure(part == parts, "parts belong to no string");
    }

    private void VerifyParts()
    {
        var strings = Strings;
        var parts = Parts;
        for (var i = 0; i < parts.Length; i++)
        {
            ref readonly var part = ref parts[i];
            Ensure(part.String < strings.Length && strings[(int)part.String].FirstPart + part.Index == i && part.Index < strings[(int)part.String].PartCount, "a part is of another string");
        }
    }

    private void VerifyRules()
    {
        var rules = Rules;
        var strings = Strings;
        var lists = file.Section<uint>(SectionKind.RuleLists);
        uint text = 0;
        for (var i = 0; i < rules.Length; i++)
        {
            ref readonly var rule = ref rules[i];
            Ensure(IsText(rule.Name) && IsText(rule.Namespace) && IsText(rule.Details), $"a text of rule {i} is outside of the texts");
            Ensure(RuleDetails.IsWhole(RuleTexts.Read(Texts, rule.Details)), $"what is known of rule {i} is cut short");
            Ensure(rule.FirstString == text && rule.StringCount <= strings.Length - text, $"rule {i} has strings of another");
            for (; text < rule.FirstString + rule.StringCount; text++)
                Ensure(strings[(int)text].Rule == i, $"rule {i} has strings of another");
            Ensure(IsInside(rule.FirstTest, rule.TestCount, lists.Length) && IsInside(rule.FirstDependent, rule.DependentCount, lists.Length), $"rule {i} has a list that is not there");
            foreach (var test in lists.Slice((int)rule.FirstTest, (int)rule.TestCount))
                Ensure(test < Tests.Length, $"rule {i} has a test that is not there");
            foreach (var dependent in lists.Slice((int)rule.FirstDependent, (int)rule.DependentCount))
                Ensure(dependent > i && dependent < rules.Length, $"rule {i} is named by one that is not behind it");
        }

        Ensure(text == strings.Length, "strings belong to no rule");
    }

    /// <summary>What the matcher finds may be a part of a string, and the first of a chain of parts that are searched for the same.</summary>
    private void VerifyPatterns()
    {
        var parts = (uint)Parts.Length;
        var patterns = file.Section<PatternRecord>(SectionKind.Patterns);
        for (var i = 0; i < patterns.Length; i++)
        {
            ref readonly var pattern = ref patterns[i];
            if (!IsPart(pattern))
                continue;
            Ensure((pattern.Definition & ~RulePartRecord.Flag) < parts, "a pattern is of a string that is not there");
            Ensure(
                pattern.MaximumShift == 0 || (pattern.MaximumShift > i && pattern.MaximumShift < patterns.Length && IsPart(patterns[(int)pattern.MaximumShift])),
                "a chain of patterns leads nowhere");
        }
    }

    private static bool IsPart(in PatternRecord pattern) => pattern.Definition is >= RulePartRecord.Flag and not uint.MaxValue;

    private void VerifyCode(RuleCodeNames names)
    {
        var code = file.Section(SectionKind.RuleCode);
        var verifier = new RuleCodeVerifier(names);
        var rules = Rules;
        for (var i = 0; i < rules.Length; i++)
        {
            ref readonly var rule = ref rules[i];
            Ensure(IsInside(rule.Code, rule.CodeLength, code.Length), $"the code of rule {i} is not there");
            if (verifier.FindFault(code.Slice((int)rule.Code, (int)rule.CodeLength), rule.StringCount, (uint)i) is { } fault)
                throw Damaged($"the code of rule \"{Text(rule.Name)}\" cannot be run: {fault}");
        }

        var tests = Tests;
        for (var i = 0; i < tests.Length; i++)
        {
            Ensure(IsInside(tests[i].Start, tests[i].Length, code.Length), $"the code of test {i} is not there");
            // Several rules share a test: it knows none of their strings, and no other rules.
            if (verifier.FindFault(code.Slice((int)tests[i].Start, (int)tests[i].Length), 0, 0) is { } fault)
                throw Damaged($"the code of test {i} cannot be run: {fault}");
        }
    }

    private static bool IsInside(uint start, uint length, int end) => start <= end && length <= end - start;

    private bool IsText(uint place)
    {
        var texts = Texts;
        return place <= int.MaxValue && (int)place <= texts.Length - 4
            && BinaryPrimitives.ReadInt32LittleEndian(texts[(int)place..]) is >= 0 and var length && length <= texts.Length - 4 - (int)place;
    }

    private string Text(uint place) => Encoding.Latin1.GetString(RuleTexts.Read(Texts, place));

    private void Ensure(bool condition, [InterpolatedStringHandlerArgument("condition")] ref FaultText what)
    {
        if (!condition)
            throw Damaged(what.ToString());
    }

    private void Ensure(bool condition, string what)
    {
        if (!condition)
            throw Damaged(what);
    }

    private SegmentException Damaged(string what) => new($"{file.Path}: damaged: {what}. Build or fetch it again.");

    /// <summary>A message that is put together only where it is needed.</summary>
    [InterpolatedStringHandler]
    private ref struct FaultText
    {
        private DefaultInterpolatedStringHandler _text;

        public FaultText(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            _text = isNeeded ? new(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture) : default;
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public override string ToString() => _text.ToStringAndClear();
    }
}
