using Perisai.Cli.Commands;
using Perisai.Engine;

namespace Perisai.Cli.Yara;

/// <summary>Rules that were compiled ahead (<c>-C</c>).</summary>
internal static class CompiledRules
{
    /// <exception cref="UsageException">They cannot be used; the message says why.</exception>
    public static DefinitionSet Open(YaraSettings settings)
    {
        if (settings.RuleFiles.Count != 1)
            throw new UsageException("error: can't accept multiple rules files if one of them is in compiled form.");
        var definitions = Open(settings.RuleFiles[0]);
        try
        {
            CheckVariables(definitions, settings.Compilation.Variables);
            return definitions;
        }
        catch
        {
            definitions.Dispose();
            throw;
        }
    }

    private static DefinitionSet Open(string path)
    {
        try
        {
            if (!DefinitionSet.IsSegment(path))
                throw new UsageException($"invalid compiled rules file: {path} {WhatIs(path)}. 'perisai yarac' compiles sources.");
            var definitions = DefinitionSet.Open(path);
            var others = definitions.Segments.Sum(segment => segment.Definitions - segment.Rules + segment.Hashes);
            if (others == 0)
                return definitions;
            definitions.Dispose();
            throw new UsageException($"invalid compiled rules file: {path} holds {others} definitions that are no YARA rules. 'perisai scan --defs {path}' uses all of them.");
        }
        catch (SegmentException exception)
        {
            throw new UsageException($"corrupt compiled rules file: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"could not open file: {path}");
        }
    }

    private static string WhatIs(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using var file = File.OpenHandle(path);
        return RandomAccess.Read(file, start, 0) == 4 && start.SequenceEqual("YARA"u8) ? "was compiled by YARA, for that program alone" : "holds no compiled rules";
    }

    private static void CheckVariables(DefinitionSet definitions, IEnumerable<KeyValuePair<string, object>> variables)
    {
        var known = definitions.ListVariables().ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            if (!known.TryGetValue(name, out var compiled))
                throw new UsageException($"error: the rules were compiled without an external variable \"{name}\".");
            if (compiled is not null && compiled.GetType() != value.GetType())
                throw new UsageException("invalid type for external variable");
        }
    }
}
