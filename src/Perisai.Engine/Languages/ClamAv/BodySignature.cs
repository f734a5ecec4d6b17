using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>What a line of one body becomes.</summary>
internal static class BodySignature
{
    /// <summary>ClamAV searches plain bodies of these targets by their last three bytes (its Boyer-Moore tables) and refuses shorter ones.</summary>
    private const int ShortestPlainBody = 3;

    private static readonly Condition s_matches = new MatchCount([0], ComparisonOperator.Greater, 0);

    public static Definition? Create(
        ReadOnlySpan<char> name, ObjectTarget target, OffsetConstraint offset, ReadOnlySpan<char> body, int column, SourceLocation location,
        DefinitionFlags flags, ref LineProblem problem)
    {
        if (!HexBodyParser.TryParse(body, column, PatternModifiers.None, out var elements, ref problem))
            return null;
        if (body.Length < 2 * ShortestPlainBody && IsSearchedByLastBytes(target, offset) && !body.ContainsAny("?([{*"))
        {
            problem = LineProblem.Malformed(ClamAvBodyFaults.FixedBytes, column, $"The body is shorter than {ShortestPlainBody} bytes. Lengthen it.");
            return null;
        }

        return new()
        {
            Name = SignatureName.Decode(name),
            Location = location,
            Target = target,
            Subpatterns = [new BytePattern(elements, PatternModifiers.None, offset)],
            Condition = s_matches,
            Flags = flags,
        };
    }

    private static bool IsSearchedByLastBytes(ObjectTarget target, OffsetConstraint offset) => target switch
    {
        ObjectTarget.Any => offset.Kind is not (OffsetKind.VersionInformation or OffsetKind.Macro),
        ObjectTarget.Pe => offset is { Kind: not (OffsetKind.Anywhere or OffsetKind.VersionInformation or OffsetKind.Macro), MaximumShift: 0 },
        _ => false,
    };
}
