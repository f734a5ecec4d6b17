using System.Runtime.InteropServices;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Regex;

/// <summary>Compiles the regular expressions of conditions. Greedy and lazy quantifiers may be mixed there: only whether one matches is asked.</summary>
internal static class YaraRegexCompiler
{
    /// <summary>The stored form, as <see cref="YaraRegex.Load"/> takes it.</summary>
    /// <exception cref="YaraSyntaxException">It is no expression, or one that is too large.</exception>
    public static byte[] Compile(RegexLiteral regex, bool strict, Action<Diagnostic> report)
    {
        var tree = YaraRegexLiteral.Parse(regex, ignoreCase: false, strict, report);
        try
        {
            return MemoryMarshal.AsBytes(ByteAutomaton.Compile(tree.Root).Words.AsSpan()).ToArray();
        }
        catch (AutomatonException exception)
        {
            throw new YaraSyntaxException(YaraRegexLiteral.ErrorId, regex.Span, $"this expression is too large: {exception.Message}");
        }
    }

    /// <exception cref="RegexMistake">It is no expression.</exception>
    /// <exception cref="AutomatonException">It is too large.</exception>
    public static YaraRegex Compile(string pattern, bool ignoreCase, bool dotAll) =>
        new(ByteAutomaton.Compile(RegexParser.Parse(pattern, ignoreCase, dotAll).Root).Words);
}
