using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// One line of an .ldb or .ldu database: <c>Name;Description;Expression;subsignature;…</c>, with up to 64 subsignatures.
/// See https://docs.clamav.net/manual/Signatures/LogicalSignatures.html.
/// </summary>
internal static class LogicalSignature
{
    private const int MaximumSubsignatures = 64;

    /// <summary>Name, description and expression.</summary>
    private const int LeadingFields = 3;

    /// <summary>Reads one line, trimmed and not a comment, and hands what it means to <paramref name="sink"/>.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[LeadingFields + MaximumSubsignatures + 1];
        var count = RegexAwareSplitter.Split(line, ';', LeadingFields, fields);
        LineProblem problem = default;
        if (Parse(line, fields[..count], location, flags, ref problem) is { } definition)
            sink.Add(definition);
        else
            problem.Report(sink, line[fields[0]], location);
    }

    private static Definition? Parse(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, SourceLocation location, DefinitionFlags flags, ref LineProblem problem)
    {
        var count = fields.Length - LeadingFields;
        if (count < 1)
        {
            return Fail(
                ClamAvLineFaults.FieldCount, line.Length,
                $"{fields.Length} fields between semicolons where at least 4 belong (name;description;expression;subsignature).", ref problem);
        }

        if (line[fields[0]].IsEmpty)
            return Fail(ClamAvLineFaults.EmptyName, 0, "The name is empty. Give the definition one.", ref problem);
        var expression = new LogicalExpressionParser(line[fields[2]], fields[2].Start.Value);
        var condition = expression.Parse();
        if (condition is null)
        {
            problem = expression.Problem;
            return null;
        }

        if (expression.Largest + 1 != count)
        {
            return Fail(
                ClamAvBodyFaults.SubsignatureCount, fields[2].Start.Value,
                $"The expression goes up to subsignature {expression.Largest}, and there are {count}, counted from 0. Make them agree.", ref problem);
        }

        if (count > MaximumSubsignatures)
        {
            return Fail(
                ClamAvBodyFaults.SubsignatureCount, fields[2].Start.Value,
                $"There are more than {MaximumSubsignatures} subsignatures. Part the signature.", ref problem);
        }

        var description = TargetDescription.Parse(line[fields[1]], fields[1].Start.Value, ref problem);
        if (description is null)
            return null;
        var counted = expression.Counted;
        var subpatterns = ImmutableArray.CreateBuilder<Subpattern>(count);
        for (var i = 0; i < count; i++)
        {
            var field = fields[LeadingFields + i];
            if (SubsignatureParser.Parse(line[field], field.Start.Value, i, description.Target, ref counted, ref problem) is not { } subpattern)
                return null;
            if (subpattern is ByteComparePattern compare && compare.TriggerSubpattern >= count)
            {
                return Fail(
                    ClamAvBodyFaults.ByteCompare, field.Start.Value, $"There is no subsignature {compare.TriggerSubpattern}.", ref problem);
            }

            subpatterns.Add(subpattern);
        }

        for (var i = 0; i < count; i++)
        {
            if ((counted & (1UL << i)) != 0 && subpatterns[i] is BytePattern pattern)
                subpatterns[i] = pattern with { CountsMatter = true };
        }

        return new()
        {
            Name = SignatureName.Decode(line[fields[0]]),
            Location = location,
            Target = description.Target,
            Subpatterns = subpatterns.DrainToImmutable(),
            Condition = description.Together(condition),
            Flags = description.Handler is null ? flags : flags | DefinitionFlags.Retypes,
            Handler = description.Handler ?? default,
        };
    }

    private static Definition? Fail(string id, int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(id, column, text);
        return null;
    }
}
