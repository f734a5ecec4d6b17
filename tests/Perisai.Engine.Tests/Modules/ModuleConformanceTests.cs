using System.Text;
using System.Text.RegularExpressions;
using Perisai.Engine.Tests.Languages.Yara;

namespace Perisai.Engine.Tests.Modules;

/// <summary>The cases of YARA's own suite that ask modules.</summary>
public sealed class ModuleConformanceTests
{
    [Theory]
    [InlineData("math", 31)]
    [InlineData("hash", 3)]
    [InlineData("string", 11)]
    [InlineData("time", 1)]
    [InlineData("elf", 18)]
    [InlineData("macho", 22)]
    [InlineData("dex", 18)]
    public void Cases_of_the_suite_hold(string module, int count)
    {
        var cases = ConformanceCases.Load().Where(item => item.Kind is "true" or "false"
            && Regex.IsMatch(Encoding.Latin1.GetString(item.Rule), $"import +\"{module}\"")).ToList();
        var wrong = new List<string>();
        foreach (var item in cases)
        {
            if (ModuleConditions.Holds(item.Rule, item.Input) != (item.Kind == "true"))
                wrong.Add(item.ToString());
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong\n{string.Join('\n', wrong)}");
        Assert.Equal(count, cases.Count);
    }
}
