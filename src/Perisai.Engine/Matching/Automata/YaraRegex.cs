using Perisai.Engine.Modules;
namespace Perisai.Engine.Matching.Automata;
internal sealed class YaraRegex : IRuleRegex
{
    public static YaraRegex Load(ReadOnlySpan<byte> stored) => new();
    public bool IsMatch(ReadOnlySpan<byte> text) => false;
}
