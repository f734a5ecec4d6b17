using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

internal sealed partial class ConditionCompiler
{
    private Bound EmitName(NameNode name)
    {
        for (var i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name != name.Name)
                continue;
            _code.Write(RuleOpcode.Load);
            _code.Number(_variables[i].Slot);
            return _variables[i].Type;
        }

        if (scope.Imports.Contains(name.Name))
        {
            _code.Write(RuleOpcode.Module);
            _code.Number(build.ModuleNames.NumberOf(name.Name));
            return Bound.Of(RuleModules.Find(name.Name)!.Schema);
        }

        if (build.Externals.TryGetValue(name.Name, out var kind))
        {
            _code.Write(RuleOpcode.External);
            _code.Number(build.ExternalNames.NumberOf(name.Name));
            return new(kind);
        }

        if (scope.Rules.TryGetValue(name.Name, out var number))
        {
            UsedRules.Add(number);
            _code.Write(RuleOpcode.Rule);
            _code.Number(number);
            return new(RuleValueKind.Boolean);
        }

        var suggestion = RuleModules.Find(name.Name) is { NeedsData: null }
            ? $"write import \"{name.Name}\" before the rules"
            : Suggest(name.Name, scope.Rules.Keys.Concat(build.Externals.Keys).Concat(scope.Imports).Concat(_variables.Select(variable => variable.Name)), "");
        throw new YaraBindingException("yara.undefined-identifier", name.Span, $"{name.Name} is no rule before this one, no imported module and no external variable", suggestion);
    }

    private Bound EmitMember(MemberNode member)
    {
        var bound = Emit(member.Object);
        if (bound.Type is not StructType type)
            throw new YaraBindingException("yara.no-structure", member.Span, $"{bound.Shown} has no fields");
        var field = type.IndexOf(member.Name);
        if (field < 0)
            throw new YaraBindingException("yara.invalid-field", member.Span, $"{type.Name} has no field {member.Name}", Suggest(member.Name, type.Fields.Select(f => f.Name), ""));
        var fieldType = type.Fields[field].Type;
        if (fieldType is FunctionType)
            throw new YaraBindingException("yara.wrong-type", member.Span, $"{member.Name} is a function", "call it: add ( )");
        _code.Write(RuleOpcode.Field);
        _code.Number(field);
        return Bound.Of(fieldType);
    }

    private Bound EmitIndex(IndexNode index)
    {
        var bound = Emit(index.Object);
        switch (bound.Type)
        {
            case ArrayType array:
                EmitInteger(index.Index, "an index of an array");
                _code.Write(RuleOpcode.Index);
                return Bound.Of(array.Element);
            case DictionaryType dictionary:
                var key = Emit(index.Index);
                if (key.Kind != RuleValueKind.Text)
                    throw Wrong(index.Index, $"the key of a dictionary is a text; this is {key.Shown}");
                _code.Write(RuleOpcode.Key);
                return Bound.Of(dictionary.Element);
            default:
                throw Wrong(index, $"{bound.Shown} has no elements");
        }
    }

    private Bound EmitCall(CallNode call)
    {
        if (call.Function is not MemberNode member)
            throw new YaraBindingException("yara.not-a-function", call.Span, "this is no function");
        var bound = Emit(member.Object);
        if (bound.Kind is RuleValueKind.Text or RuleValueKind.Array or RuleValueKind.Dictionary && member.Name == "len" && call.Arguments.IsEmpty)
        {
            _code.Write(RuleOpcode.Length);
            return new(RuleValueKind.Integer);
        }

        if (bound.Type is not StructType type)
            throw new YaraBindingException("yara.no-structure", member.Span, $"{bound.Shown} has no functions");
        var field = type.IndexOf(member.Name);
        if (field < 0)
            throw new YaraBindingException("yara.invalid-field", member.Span, $"{type.Name} has no function {member.Name}", Suggest(member.Name, type.Fields.Select(f => f.Name), ""));
        if (type.Fields[field].Type is not FunctionType function)
            throw new YaraBindingException("yara.not-a-function", member.Span, $"{member.Name} is no function", "leave the brackets out");
        var arguments = string.Concat(call.Arguments.Select(EmitArgument));
        var overload = OverloadFor(function, arguments);
        if (overload < 0)
        {
            var known = string.Join(" or ", function.Overloads.Select(way => $"({string.Join(", ", way.Parameters.Select(ShownParameter))})"));
            throw new YaraBindingException("yara.wrong-arguments", call.Span, $"{member.Name} is called with {known}, not with ({string.Join(", ", arguments.Select(ShownParameter))})");
        }

        _code.Write(RuleOpcode.Call);
        _code.Number(field);
        _code.Number(overload);
        _code.Number(arguments.Length);
        return Bound.Of(function.Overloads[overload].Result);
    }

    private char EmitArgument(ExpressionNode argument)
    {
        var bound = Emit(argument);
        return bound.Kind switch
        {
            RuleValueKind.Integer => 'i',
            RuleValueKind.Float => 'f',
            RuleValueKind.Text => 's',
            RuleValueKind.Regex => 'r',
            RuleValueKind.Boolean => 'b',
            _ => throw Wrong(argument, $"{bound.Shown} is no argument of a function"),
        };
    }

    /// <summary>The overload whose parameters are these; else the first that takes integers as floats. -1 where there is none.</summary>
    private static int OverloadFor(FunctionType function, string arguments)
    {
        for (var i = 0; i < function.Overloads.Length; i++)
        {
            if (function.Overloads[i].Parameters == arguments)
                return i;
        }

        for (var i = 0; i < function.Overloads.Length; i++)
        {
            var parameters = function.Overloads[i].Parameters;
            if (parameters.Length == arguments.Length && parameters.Zip(arguments).All(pair => pair.First == pair.Second || pair is ('f', 'i')))
                return i;
        }

        return -1;
    }

    private static string ShownParameter(char letter) =>
        letter switch { 'i' => "integer", 'f' => "float", 's' => "text", 'r' => "regular expression", _ => "truth value" };

    private int[] RulesOf(StringSetNode set)
    {
        var chosen = new List<int>();
        foreach (var item in set.Items)
        {
            int[] matching = item.IsWildcard ? scope.UseWildcard(item.Name) : scope.Rules.TryGetValue(item.Name, out var number) ? [number] : [];
            // A wildcard that means the rule itself counts it, as in YARA; it does not hold while it is looked at.
            if (item.IsWildcard && rule.Name.StartsWith(item.Name, StringComparison.Ordinal))
                matching = [.. matching, build.MayHoldWithoutMatch.Count];
            if (matching.Length == 0)
                throw new YaraBindingException("yara.undefined-identifier", item.Span, $"no rule before this one is named {item.Name}{(item.IsWildcard ? "…" : "")}", Suggest(item.Name, scope.Rules.Keys, ""));
            chosen.AddRange(matching);
        }

        UsedRules.UnionWith(chosen);
        UsedRules.Remove(build.MayHoldWithoutMatch.Count);
        return [.. chosen];
    }

    /// <summary>"did you mean": the nearest of some names, where one is near.</summary>
    private static string? Suggest(string name, IEnumerable<string> names, string prefix)
    {
        var nearest = names.Select(other => (Name: other, Distance: EditDistance.Between(name, other))).OrderBy(other => other.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, name.Length / 3) ? $"did you mean {prefix}{nearest.Name}?" : null;
    }
}
