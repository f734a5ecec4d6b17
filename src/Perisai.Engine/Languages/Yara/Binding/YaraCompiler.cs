using System.Collections.Immutable;
using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

/// <summary>
/// Compiles files of YARA rules, one after another, into rules of one build. A rule with a mistake is left out and told; the build is then not to be used.
/// </summary>
/// <param name="build">Names that all files share.</param>
/// <param name="lower">Lowers strings to what is searched.</param>
/// <param name="compileRegex">Compiles a regular expression of a condition to its stored form.</param>
/// <param name="add">Takes each rule as it is done; what rules refer to by number is their place in that order.</param>
/// <param name="report">Takes diagnostics.</param>
internal sealed class YaraCompiler(
    BuildScope build, Func<StringNode, RuleString> lower, Func<RegexLiteral, byte[]> compileRegex, Action<RuleDefinition> add, Action<Diagnostic> report)
{
    /// <summary>Strings of one rule at most.</summary>
    public const int MaximumStrings = 65_535;

    private readonly Dictionary<string, RuleScope> _scopes = new(StringComparer.Ordinal);
    private string? _rule;

    /// <summary>Rules so far.</summary>
    public int Count { get; private set; }

    /// <summary>Strings of one rule at most; no more than <see cref="MaximumStrings"/>.</summary>
    public int StringLimit { get; init; } = MaximumStrings;

    /// <summary>
    /// Whether modules may be imported that know nothing without data (<see cref="RuleModule.NeedsData"/>): whoever scans must then see to it that there is
    /// some. Otherwise they are an error, since their rules would quietly never match.
    /// </summary>
    public bool AllowsModulesThatNeedData { get; init; }

    /// <summary>Reports a diagnostic about the rule that is being compiled.</summary>
    public void Report(Diagnostic diagnostic) => report(diagnostic.Rule is null ? diagnostic with { Rule = _rule } : diagnostic);

    /// <summary>Compiles a file into a namespace.</summary>
    /// <param name="source">The file.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="include">Finds what an <c>include</c> names.</param>
    public void Add(SourceText source, string space, Func<string, SourceSpan, SourceText> include)
    {
        if (!_scopes.TryGetValue(space, out var scope))
            _scopes.Add(space, scope = new(space));
        new Parser(include, report).Parse(source, import => Try(() => Import(import, scope)), rule => Add(rule, scope));
    }

    private void Import(ImportNode import, RuleScope scope)
    {
        if (RuleModules.Find(import.Module) is not { } module)
            throw new YaraBindingException("yara.unknown-module", import.Span, $"there is no module \"{import.Module}\"; there are {string.Join(", ", RuleModules.Names)}");
        if (module.NeedsData is { } needed && !AllowsModulesThatNeedData)
            throw new YaraBindingException("yara.module-needs-data", import.Span, $"the module {module.Name} needs {needed}", $"perisai yara -x {module.Name}=FILE takes it");
        scope.Imports.Add(import.Module);
        // Also those that no condition uses: their facts can be asked for.
        build.ModuleNames.NumberOf(import.Module);
    }

    private void Add(RuleNode rule, RuleScope scope)
    {
        _rule = rule.Name;
        Try(() => AddRule(rule, scope));
        _rule = null;
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (YaraBindingException exception)
        {
            Report(YaraDiagnostics.Error(exception.Id, exception.Span, exception.Message, exception.Suggestion));
        }
        catch (YaraSyntaxException exception)
        {
            Report(YaraDiagnostics.Error(exception.Id, exception.Span, exception.Message));
        }
    }

    private void AddRule(RuleNode rule, RuleScope scope)
    {
        var number = Count;
        CheckNames(rule, scope);
        var strings = rule.Strings.Select(lower).ToImmutableArray();
        var compiler = new ConditionCompiler(rule, scope, build, compileRegex, Report);
        var code = compiler.Compile(rule.Condition);
        for (var i = 0; i < rule.Strings.Length; i++)
        {
            if (!compiler.Uses(i) && !rule.Strings[i].Name.StartsWith('_'))
                throw new YaraBindingException("yara.unreferenced-string", rule.Strings[i].Span, $"the condition does not use {rule.Strings[i].Identifier}", "use it, or begin its name with _");
        }

        var tests = new SharedTests(scope);
        build.MayHoldWithoutMatch.Add(new MatchDependence(scope, build).CanHold(rule.Condition));
        scope.Add(rule.Name, number);
        Count++;
        add(new()
        {
            Name = rule.Name,
            Namespace = scope.Name,
            Location = new(rule.Span.Source.Name, rule.Span.Line),
            IsGlobal = rule.IsGlobal,
            IsPrivate = rule.IsPrivate,
            Tags = [.. rule.Tags.Select(tag => tag.Name)],
            Meta = [.. rule.Meta.Select(meta => (meta.Name, meta.Value))],
            Strings = [.. strings.Select((text, index) => Describe(text, rule.Strings[index], compiler.UseOf(index)))],
            Code = code,
            Tests =
            [
                .. tests.Of(rule.Condition).Select(compiler.CompileTest),
                .. tests.ModulesOf(rule.Condition).Select(module => ModuleTest(build.ModuleNames.NumberOf(module))),
            ],
            MayHoldWithoutMatch = build.MayHoldWithoutMatch[number],
            DependsOn = [.. compiler.UsedRules],
        });
    }

    /// <summary>What a report of the string's matches has to know.</summary>
    private static RuleString Describe(RuleString text, StringNode node, StringUse use) => text with
    {
        IsHex = node is HexStringNode,
        XorFirstByte = node is TextStringNode { Modifiers.Xor: not null, Value: [var first, ..] } ? (byte)first : null,
        IsOnlyAskedWhether = !use.NeedsPlaces,
        OnlyOffset = use is { Count: 1, Offset: { } offset } && IsLiteral(node) ? offset : null,
    };

    /// <summary>Whether it is searched as plain bytes in YARA, which then looks at the one place that a condition asks for.</summary>
    private static bool IsLiteral(StringNode node) => node switch
    {
        TextStringNode text => !text.Modifiers.Base64 && !text.Modifiers.Base64Wide,
        HexStringNode hex => hex.Body.All(one => one is HexByteNode { Mask: 0xFF, IsNegated: false }),
        _ => YaraRegexLiteral.IsPlainText(((RegexStringNode)node).Regex.Pattern),
    };

    private static byte[] ModuleTest(int module)
    {
        var code = new RuleCodeWriter();
        code.Write(RuleOpcode.ModuleApplies);
        code.Number(module);
        return code.ToArray();
    }

    private void CheckNames(RuleNode rule, RuleScope scope)
    {
        if (scope.Rules.ContainsKey(rule.Name))
            throw new YaraBindingException("yara.duplicated-rule", rule.Span, $"there is a rule {rule.Name} before this one already");
        if (build.Externals.ContainsKey(rule.Name) || scope.Imports.Contains(rule.Name))
            throw new YaraBindingException("yara.duplicated-rule", rule.Span, $"{rule.Name} is the name of a module or an external variable already");
        if (scope.WildcardOver(rule.Name) is { } wildcard)
            throw new YaraBindingException("yara.rule-matches-wildcard", rule.Span, $"a rule before this one means all rules {wildcard}*, and this one would be missing from them", "put it before that rule, or name it otherwise");
        if (rule.Strings.Length > StringLimit)
            throw new YaraBindingException("yara.too-many-strings", rule.Span, $"a rule has at most {StringLimit} strings; this one has {rule.Strings.Length}");
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in rule.Tags)
        {
            if (!tags.Add(tag.Name))
                throw new YaraBindingException("yara.duplicated-tag", tag.Span, $"the rule has the tag {tag.Name} already");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in rule.Strings)
        {
            if (text.Name.Length > 0 && !names.Add(text.Name))
                throw new YaraBindingException("yara.duplicated-string", text.Span, $"the rule has a string {text.Identifier} already");
        }
    }

    /// <summary>A text of a rule as a person reads it.</summary>
    internal static string Shown(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));
}
