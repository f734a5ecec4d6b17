using System.Text;
using Perisai.Engine.Languages.Yara.Syntax;
namespace Perisai.Engine.Languages.Yara.Regex;
internal static class YaraRegexCompiler
{
    public static byte[] Compile(RegexLiteral regex, bool strict, Action<Diagnostic> report) => Encoding.Latin1.GetBytes(regex.Pattern);
}
