using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// The target description of a logical signature, <c>Engine:51-255,Target:1,FileSize:1-2,…</c>: on which objects it is tried.
/// See https://docs.clamav.net/manual/Signatures/LogicalSignatures.html.
/// </summary>
internal sealed class TargetDescription
{
    /// <summary>The functionality level from which on a signature may say more than its target.</summary>
    private const int FirstLevelOfAttributes = 51;

    private const string AnyIconGroup = "*";

    private readonly List<Condition> _conditions = [];
    private bool _hasTarget;
    private bool _hasPlaces;
    private int _engineMinimum;
    private bool _hasAttributes;
    private string? _firstIconGroup;
    private string? _secondIconGroup;
    private LineProblem _skip;

    public ObjectTarget Target { get; private set; }

    /// <summary>A condition together with what the description asks.</summary>
    public Condition Together(Condition condition)
    {
        if (_conditions.Count > 0)
            condition = new AllOf([.. _conditions, condition]);
        return _firstIconGroup is null && _secondIconGroup is null
            ? condition : new WithIcon(condition, _firstIconGroup ?? AnyIconGroup, _secondIconGroup ?? AnyIconGroup);
    }

    /// <summary>As what an object is looked at again in which the signature matches; null where nothing is said.</summary>
    public FileType? Handler { get; private set; }

    public static TargetDescription? Parse(ReadOnlySpan<char> text, int column, ref LineProblem problem)
    {
        var description = new TargetDescription();
        var first = true;
        foreach (var range in text.Split(','))
        {
            var (offset, length) = range.GetOffsetAndLength(text.Length);
            if (!description.ParseAttribute(text.Slice(offset, length), column + offset, first, ref problem))
                return null;
            // ClamAV reads no further once an attribute is unknown to it, and passes the signature over.
            if (description._skip.IsSet)
                break;
            first = false;
        }

        return description.Check(column, ref problem) ? description : null;
    }

    private bool Check(int column, ref LineProblem problem)
    {
        if (!_skip.IsSet && _hasAttributes && _engineMinimum < FirstLevelOfAttributes)
        {
            return Fail(
                column, $"Attributes besides Engine and Target need Engine:{FirstLevelOfAttributes}-255 or higher before them.", ref problem);
        }

        if (_skip.IsSet)
        {
            problem = _skip;
            return false;
        }

        if (!_hasTarget)
            return Fail(column, "The target is missing. Add Target:n.", ref problem);
        if ((_firstIconGroup ?? _secondIconGroup) is not null && Target != ObjectTarget.Pe)
        {
            problem = LineProblem.Unsupported("icons of objects that are no programs for Windows (target 1), which ClamAV never finds");
            return false;
        }

        if (_hasPlaces && Target is not (ObjectTarget.Pe or ObjectTarget.Elf or ObjectTarget.MachO))
            return Fail(column, "EntryPoint and NumberOfSections need an executable: target 1, 6 or 9.", ref problem);
        return true;
    }

    private bool ParseAttribute(ReadOnlySpan<char> text, int column, bool first, ref LineProblem problem)
    {
        var colon = text.IndexOf(':');
        if (colon < 0)
            return Fail(column, $"'{text}' is not an attribute of the form Name:value.", ref problem);
        var value = text[(colon + 1)..];
        var valueColumn = column + colon + 1;
        var name = text[..colon];
        if (name is not ("Engine" or "Target"))
            _hasAttributes = true;
        switch (name)
        {
            case "Engine":
                if (!first)
                    return Fail(column, "Engine must be the first attribute.", ref problem);
                return ParseEngine(value, valueColumn, ref problem);
            case "Target":
                return ParseTarget(value, valueColumn, ref problem);
            case "FileSize":
                return ParseRange(ObjectFact.Size, value, valueColumn, ref problem);
            case "EntryPoint":
                _hasPlaces = true;
                return ParseRange(ObjectFact.EntryPoint, value, valueColumn, ref problem);
            case "NumberOfSections":
                _hasPlaces = true;
                return ParseRange(ObjectFact.SectionCount, value, valueColumn, ref problem);
            case "Container" when value is "CL_TYPE_ANY":
                // ClamAV's word for what lies in nothing; among Intermediates it stands for any container.
                _conditions.Add(new Not(new InsideContainers([FileType.Unknown])));
                return true;
            case "Container":
                AddContainers(value, []);
                return true;
            case "Intermediates":
                AddIntermediates(value);
                return true;
            case "HandlerType":
                SetHandler(value.ToString());
                return true;
            case "IconGroup1":
                _firstIconGroup = value.ToString();
                return true;
            case "IconGroup2":
                _secondIconGroup = value.ToString();
                return true;
            default:
                _skip = LineProblem.Unsupported("an attribute that ClamAV 1.4 does not know either");
                return true;
        }
    }

    private bool ParseEngine(ReadOnlySpan<char> value, int column, ref LineProblem problem)
    {
        if (!TryParseRange(value, out var minimum, out var maximum))
            return Fail(column, $"'{value}' is not a range of functionality levels, minimum-maximum.", ref problem);
        _engineMinimum = minimum;
        if (!FunctionalityLevel.Includes(minimum, maximum))
            _skip = LineProblem.Unsupported($"meant for other functionality levels than {FunctionalityLevel.Current}");
        return true;
    }

    private bool ParseTarget(ReadOnlySpan<char> value, int column, ref LineProblem problem)
    {
        if (!ClamAvNumber.TryParse(value, out var target))
            return Fail(column, $"The target '{value}' is not a number.", ref problem);
        _hasTarget = true;
        if (target > (int)ObjectTarget.Other)
            _skip = LineProblem.Unsupported("a target type above 14");
        else
            Target = TargetNumber.ToTarget(target);
        return true;
    }

    private bool ParseRange(ObjectFact fact, ReadOnlySpan<char> value, int column, ref LineProblem problem)
    {
        if (!TryParseRange(value, out var minimum, out var maximum))
            return Fail(column, $"'{value}' is not a range, minimum-maximum.", ref problem);
        _conditions.Add(new FactInRange(fact, minimum, maximum));
        return true;
    }

    private static bool TryParseRange(ReadOnlySpan<char> value, out int minimum, out int maximum)
    {
        maximum = minimum = 0;
        var dash = value.IndexOf('-');
        return dash >= 0 && ClamAvNumber.TryParse(value[..dash], out minimum) && ClamAvNumber.TryParse(value[(dash + 1)..], out maximum);
    }

    /// <summary>Intermediates are written from the outermost inwards; the last is the object's own container.</summary>
    private void AddIntermediates(ReadOnlySpan<char> value)
    {
        var names = value.ToString().Split('>');
        Array.Reverse(names);
        AddContainers(names[0], names[1..]);
    }

    private void AddContainers(ReadOnlySpan<char> nearest, string[] further)
    {
        var chains = ImmutableArray.Create(ImmutableArray<FileType>.Empty);
        foreach (var name in (string[])[nearest.ToString(), .. further])
        {
            var types = name == "CL_TYPE_ANY" ? [FileType.Unknown] : ContainerTypes.Of(name);
            if (types.IsEmpty && !ContainerTypes.IsKnown(name))
            {
                _skip = LineProblem.Unsupported($"containers of type {name}");
                return;
            }

            // A type in which nothing lies leaves no chain: the condition never holds.
            chains = [.. chains.SelectMany(chain => types.Select(chain.Add))];
        }

        _conditions.Add(chains.Length == 1 ? new InsideContainers(chains[0]) : new AnyOf([.. chains.Select(chain => new InsideContainers(chain))]));
    }

    private void SetHandler(string name)
    {
        var types = ContainerTypes.OfMarks(name);
        if (types.IsEmpty)
            _skip = LineProblem.Unsupported($"the handler type {name}");
        else
            Handler = types[0];
    }

    private static bool Fail(int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(ClamAvBodyFaults.Description, column, text);
        return false;
    }
}
