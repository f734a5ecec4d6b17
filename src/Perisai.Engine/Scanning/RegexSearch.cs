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
        if (!new ConditionEvaluator(trigger, facts).Evaluate() || !TryGetBytes(out var bytes) || !TryPlace(offset, flags, out var start, out var end, out var shift))
            return;
        var isBounded = shift > 0 && !flags.HasFlag(RegexFlags.Encompass);
        var regex = definitions.Regex(view, subpattern.Data, () => ByteRegex.Compile(expression, RegexLowering.Options(flags, offset)));
        if (_budget.KeepGoing is null)
            _budget = new() { KeepGoing = _object.Budget.CheckTime };
        // The expression sees nothing before its offset: ^ matches there.
        var text = bytes[(int)start..(int)Math.Min(end, bytes.Length)];
        var at = 0;
        do
        {
            var match = regex.Match(text, at, ref _budget);
            if (match.IsUndecided)
                Faults.Add(new("scan.regex-given-up", start + at, $"{match.Status}: {(expression.Length > 80 ? expression[..80] + "…" : expression)}"));
            if (!match.Success || (isBounded && match.Start > shift))
                return;
            touched.Counts[index]++;
            if (touched.Ranges.Count < MatchCollector.MaximumCompared)
                touched.Ranges.Add(new(index, start + match.Start, match.Length));
            // An empty match stops ClamAV for ever; here the search goes on behind it.
            at = match.Start + Math.Max(1, match.Length);
        }
        while (flags.HasFlag(RegexFlags.Global) && at < text.Length && touched.Counts[index] < MaximumMatches && _object.Budget.CheckTime());
    }

    /// <summary>
    /// Where the search starts and where the bytes that the expression sees end. The shift bounds where a match may start or, with the flag e,
    /// what the expression sees; a shift of 0 does neither.
    /// </summary>
    private bool TryPlace(OffsetConstraint offset, RegexFlags flags, out long start, out long end, out long shift)
    {
        (start, end, shift) = (0, _object.Length, 0);
        if (offset.Kind is OffsetKind.Anywhere or OffsetKind.VersionInformation)
            return _object.Length > 0;
        if (_object.PlaceOf(offset.Kind, offset.Value, offset.Section) is not { } place)
            return false;
        // In ClamAV's 32 bits the place one byte before the object is the mark for any place.
        if (place == -1)
            return _object.Length > 0;
        if (place < 0 || place >= _object.Length)
            return false;
        start = place;
        shift = offset.MaximumShift;
        if (offset.Kind == OffsetKind.InSection)
            shift += _object.Facts!.Sections[offset.Section].RawLength;
        if (shift > 0 && flags.HasFlag(RegexFlags.Encompass))
            end = Math.Min(end, start + shift);
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
