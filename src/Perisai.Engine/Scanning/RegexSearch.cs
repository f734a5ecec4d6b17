using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Conditions;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Runs regular-expression subpatterns over an object when their trigger holds. The expression needs the object's bytes in one piece, so
/// objects that are not in memory are read once more, up to <see cref="MaximumLength"/>.
/// </summary>
internal sealed class RegexSearch(DefinitionSet definitions)
{
    /// <summary>Longer objects are not searched by expressions, and that is said: 64 MiB.</summary>
    public const int MaximumLength = 64 << 20;

    /// <summary>Matches counted with the flag g.</summary>
    private const int MaximumMatches = 4096;

    private ObjectContext _object = null!;
    private ReadOnlyMemory<byte>? _bytes;
    private ByteRegexBudget _budget;

    /// <summary>What could not be searched in this object; the scanner reports it.</summary>
    public List<Fault> Faults { get; } = [];

    public void Begin(ObjectContext context)
    {
        _object = context;
        _bytes = null;
        _budget = default;
        Faults.Clear();
    }

    public void Count(SegmentView view, int index, SubpatternRecord subpattern, MatchCollector.Touched touched, IConditionFacts facts)
    {
        var (flags, offset, trigger, expression) = SubpatternEncoder.ReadRegex(view.SubpatternData[(int)subpattern.Data..]);
        if (!new ConditionEvaluator(trigger, facts).Evaluate() || !TryGetBytes(out var bytes) || !TryPlace(offset, flags, out var start, out var end))
            return;
        var regex = definitions.Regex(view, subpattern.Data, () => ByteRegex.Compile(expression, RegexLowering.Options(flags, offset)));
        if (_budget.KeepGoing is null)
            _budget = new() { KeepGoing = _object.Budget.CheckTime };
        var at = (int)start;
        var text = bytes[..(int)Math.Min(end, bytes.Length)];
        while (at <= text.Length)
        {
            var match = regex.Match(text, at, ref _budget);
            if (match.IsUndecided)
                Faults.Add(new("scan.regex-given-up", at, $"{match.Status}: {(expression.Length > 80 ? expression[..80] + "…" : expression)}"));
            if (!match.Success || !IsPlaced(offset, flags, start, match.Start))
                return;
            touched.Counts[index]++;
            if (touched.Ranges.Count < MatchCollector.MaximumCompared)
                touched.Ranges.Add(new(index, match.Start, match.Length));
            if (!flags.HasFlag(RegexFlags.Global) || touched.Counts[index] >= MaximumMatches || !_object.Budget.CheckTime())
                return;
            at = match.Start + Math.Max(1, match.Length);
        }
    }

    private static bool IsPlaced(OffsetConstraint offset, RegexFlags flags, long start, int matchStart) =>
        offset.Kind == OffsetKind.Anywhere || (flags & (RegexFlags.Rolling | RegexFlags.Encompass)) != 0 || matchStart - start <= offset.MaximumShift;

    private bool TryPlace(OffsetConstraint offset, RegexFlags flags, out long start, out long end)
    {
        start = 0;
        end = _object.Length;
        if (offset.Kind == OffsetKind.Anywhere)
            return true;
        if (_object.PlaceOf(offset.Kind, offset.Value, offset.Section) is not { } place || place < 0 || place > _object.Length)
            return false;
        start = place;
        if (flags.HasFlag(RegexFlags.Encompass))
            end = Math.Min(end, start + offset.MaximumShift);
        return true;
    }

    private bool TryGetBytes(out ReadOnlySpan<byte> bytes)
    {
        if (_bytes is null)
        {
            if (_object.Source.TryGetMemory(out var memory))
            {
                _bytes = memory;
            }
            else if (_object.Length > MaximumLength)
            {
                if (Faults.Count == 0)
                    Faults.Add(new("scan.regex-object-too-long", -1, $"regular expressions are not run on objects of more than {MaximumLength} bytes"));
                bytes = default;
                return false;
            }
            else
            {
                var copy = GC.AllocateUninitializedArray<byte>((int)_object.Length);
                _bytes = copy.AsMemory(0, _object.Source.Read(0, copy));
            }
        }

        bytes = _bytes.Value.Span;
        return true;
    }
}
