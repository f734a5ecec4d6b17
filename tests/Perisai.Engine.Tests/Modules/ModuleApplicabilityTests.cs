using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

public sealed class ModuleApplicabilityTests
{
    private static readonly string[] _ofFiles = ["pe", "dotnet", "elf", "macho", "dex", "lnk", "crx"];

    [Fact]
    public void A_module_that_does_not_apply_knows_nothing_but_what_is_true_of_all()
    {
        // What rules are spared rests on this: a condition that asks such a module for anything else is undefined.
        byte[][] objects =
        [
            [], "M"u8.ToArray(), "a text"u8.ToArray(), new byte[4096], [.. TestFiles.Of("elf")[0]], [.. TestFiles.Of("macho")[0]], [.. TestFiles.Of("dex")[0]],
            new PeBuilder(is64Bit: false).Build(),
        ];
        var applied = new HashSet<string>();
        foreach (var name in _ofFiles)
        {
            var module = RuleModules.Find(name)!;
            foreach (var bytes in objects)
            {
                var context = TestObject.Context(bytes);
                if (module.MayApply(context))
                {
                    applied.Add(name);
                    continue;
                }

                var known = FactDump.Of(module, bytes).Keys
                    .Where(path => !char.IsAsciiLetterUpper(path[0]) && !path.StartsWith("is_", StringComparison.Ordinal));
                Assert.Empty(known);
                AssertFunctionsKnowNothing(module, module.Load(context));
            }
        }

        Assert.Superset(new HashSet<string> { "pe", "dotnet", "elf", "macho", "dex" }, applied);
    }

    private static void AssertFunctionsKnowNothing(RuleModule module, RuleStruct facts)
    {
        for (var i = 0; i < module.Schema.Fields.Length; i++)
        {
            var (name, type) = module.Schema.Fields[i];
            if (type is not FunctionType function || name.StartsWith("is_", StringComparison.Ordinal))
                continue;
            for (var overload = 0; overload < function.Overloads.Length; overload++)
            {
                if (function.Overloads[overload].Parameters.Contains('r', StringComparison.Ordinal))
                    continue;
                RuleValue[] arguments = [.. function.Overloads[overload].Parameters.Select(letter => letter == 's' ? RuleValue.Of("a"u8.ToArray()) : RuleValue.Of(1L))];
                Assert.True(facts.Call(i, overload, arguments).IsUndefined, $"{module.Name}.{name} is defined");
            }
        }
    }
}
