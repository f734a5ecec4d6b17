using System.Text;
using System.Text.RegularExpressions;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Fields and functions of modules by name, for tests.</summary>
internal static class ModuleCalls
{
    /// <summary>A field by its path, without functions: <c>sections[0].name</c>.</summary>
    public static RuleValue Field(RuleModule module, RuleStruct facts, string path)
    {
        ModuleType type = module.Schema;
        var value = RuleValue.Of(facts);
        foreach (var part in path.Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            if (part.StartsWith('['))
            {
                value = value.Array.Get(long.Parse(part.AsSpan(1, part.Length - 2), System.Globalization.CultureInfo.InvariantCulture));
                type = ((ArrayType)type).Element;
                continue;
            }

            var place = ((StructType)type).IndexOf(part);
            Assert.True(place >= 0, $"there is no field {part}");
            value = value.Struct.Get(place);
            type = ((StructType)type).Fields[place].Type;
        }

        return value;
    }

    /// <summary>Calls a function of a structure. The letters of the parameters choose the overload.</summary>
    public static RuleValue Call(StructType type, RuleStruct facts, string name, params object[] arguments)
    {
        var place = type.IndexOf(name);
        var letters = string.Concat(arguments.Select(argument => argument switch { string => 's', Regex => 'r', _ => 'i' }));
        var overloads = ((FunctionType)type.Fields[place].Type).Overloads;
        var overload = overloads.ToList().FindIndex(candidate => candidate.Parameters == letters);
        Assert.True(overload >= 0, $"{name} takes no {letters}");
        return facts.Call(place, overload, [.. arguments.Select(argument => argument switch
        {
            string text => RuleValue.Of(Encoding.Latin1.GetBytes(text)),
            Regex regex => RuleValue.Of(new RuleRegex(regex)),
            _ => RuleValue.Of(Convert.ToInt64(argument, System.Globalization.CultureInfo.InvariantCulture)),
        })]);
    }

    /// <summary>Calls every function of a structure and of those in it with every overload, so that all code runs.</summary>
    public static void CallAll(StructType type, RuleStruct facts, int depth = 0)
    {
        for (var i = 0; i < type.Fields.Length; i++)
        {
            switch (type.Fields[i].Type)
            {
                case FunctionType function:
                    for (var overload = 0; overload < function.Overloads.Length; overload++)
                        facts.Call(i, overload, [.. function.Overloads[overload].Parameters.Select(letter => letter switch
                        {
                            's' => RuleValue.Of("KERNEL32.dll"u8.ToArray()),
                            'r' => RuleValue.Of(new RuleRegex(new Regex("e"))),
                            _ => RuleValue.Of(4096L),
                        })]);
                    break;
                case StructType inner when facts.Get(i) is { IsUndefined: false } value:
                    CallAll(inner, value.Struct, depth + 1);
                    break;
                case ArrayType { Element: StructType element } when depth < 2 && facts.Get(i) is { IsUndefined: false, Array.Count: > 0 } array
                    && array.Array.Get(0) is { IsUndefined: false } first:
                    CallAll(element, first.Struct, depth + 1);
                    break;
            }
        }
    }

    private sealed class RuleRegex(Regex regex) : IRuleRegex
    {
        public bool IsMatch(ReadOnlySpan<byte> text) => regex.IsMatch(Encoding.Latin1.GetString(text));
    }
}
