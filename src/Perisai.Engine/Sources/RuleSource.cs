using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Binding;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Languages.Yara.Strings;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Sources;

/// <summary>Reads files of YARA rules, with what they include, into one build.</summary>
internal sealed class RuleSource
{
    /// <summary>The longest file of rules, 256 MiB.</summary>
    public const int MaximumLength = 256 << 20;

    private readonly DefinitionCompiler _compiler;
    private readonly BuildScope _build = new();
    private readonly YaraCompiler _rules;
    private readonly IReadOnlyDictionary<string, object> _variables;

    /// <param name="compiler">Takes the rules and diagnostics.</param>
    /// <param name="options">Options of the language.</param>
    public RuleSource(DefinitionCompiler compiler, RuleOptions options)
    {
        _compiler = compiler;
        _variables = options.Variables;
        // Also those that no condition uses, in an order that does not depend on the run: who opens the segment can be told what it knows.
        foreach (var (name, value) in options.Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            _build.Externals.Add(name, ExternalVariables.KindOf(value));
            _build.ExternalNames.NumberOf(name);
        }

        foreach (var name in options.DeclaresFileVariables ? ExternalVariables.OfFiles : [])
            _build.Externals.TryAdd(name, RuleValueKind.Text);
        _rules = new(
            _build, node => StringLowering.Lower(node, options.StrictEscapes, Report),
            regex => YaraRegexCompiler.Compile(regex, options.StrictEscapes, Report), compiler.Add, compiler.AddDiagnostic)
        {
            AllowsModulesThatNeedData = options.AllowsModulesThatNeedData,
            StringLimit = Math.Min(options.MaximumStrings, YaraCompiler.MaximumStrings),
        };
    }

    /// <summary>Reads one file.</summary>
    /// <param name="source">It.</param>
    /// <param name="space">The namespace of its rules.</param>
    /// <param name="folder">Where what it includes is looked for; null where it may include nothing.</param>
    public void Add(SourceText source, string space, string? folder) =>
        _rules.Add(source, space, (included, span) => Include(included, span, folder));

    /// <summary>Hands over the names that the rules use; once, behind the last file.</summary>
    public void Finish() => _compiler.SetRuleNames([.. _build.ExternalNames.Names.Select(name => new RuleExternal(name, _variables.GetValueOrDefault(name)))], _build.ModuleNames);

    private void Report(Diagnostic diagnostic) => _rules.Report(diagnostic);

    private static SourceText Include(string name, SourceSpan span, string? folder)
    {
        if (folder is null)
            throw new YaraSyntaxException("yara.include", span, "nothing can be included here: the rules come from no folder");
        // Relative to the file that includes, as far as that one is a file itself.
        var beside = Path.GetDirectoryName(Path.Combine(folder, span.Source.Name)) ?? folder;
        var path = Path.GetFullPath(Path.Combine(beside, name));
        if (!File.Exists(path))
            path = Path.GetFullPath(Path.Combine(folder, name));
        try
        {
            return new SourceText(path, ReadWhole(path).Span);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new YaraSyntaxException("yara.include-not-read", span, $"{name} cannot be read: {exception.Message}");
        }
    }

    internal static ReadOnlyMemory<byte> ReadWhole(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadWhole(stream);
    }

    /// <exception cref="IOException">It is longer than <see cref="MaximumLength"/>.</exception>
    internal static ReadOnlyMemory<byte> ReadWhole(Stream stream)
    {
        // One byte more than there should be: whether the file has grown is then seen without another array.
        var content = new byte[stream.CanSeek ? (int)Math.Min(stream.Length - stream.Position, MaximumLength) + 1 : 64 << 10];
        var length = 0;
        int count;
        while ((count = stream.Read(content, length, content.Length - length)) > 0)
        {
            length += count;
            if (length > MaximumLength)
                throw new IOException($"A file of rules is at most {MaximumLength >> 20} MiB long.");
            if (length == content.Length)
                Array.Resize(ref content, (int)Math.Min((long)length * 2, MaximumLength + 1L));
        }

        return content.AsMemory(0, length);
    }
}

/// <summary>Options of the YARA language.</summary>
internal sealed record RuleOptions
{
    /// <summary>External variables with a value, which tells their type.</summary>
    public IReadOnlyDictionary<string, object> Variables { get; init; } = new Dictionary<string, object>();

    /// <summary>See <see cref="YaraCompiler.AllowsModulesThatNeedData"/>.</summary>
    public bool AllowsModulesThatNeedData { get; init; }

    /// <summary>Declare the variables that say what is scanned, <see cref="ExternalVariables.OfFiles"/>.</summary>
    public bool DeclaresFileVariables { get; init; }

    /// <summary>Warn of unknown escapes in regular expressions.</summary>
    public bool StrictEscapes { get; init; }

    /// <summary>Strings that one rule may have.</summary>
    public int MaximumStrings { get; init; } = int.MaxValue;
}
