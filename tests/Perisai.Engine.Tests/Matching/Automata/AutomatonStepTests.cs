using System.Text;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Tests.Languages.Yara.Strings;

namespace Perisai.Engine.Tests.Matching.Automata;

/// <summary>
/// The work of expressions is counted in steps of threads, which do not depend on the machine. A backtracking engine needs exponentially or cubically
/// many for these patterns; here twice the text costs twice the steps, and a byte at most as many as there are states.
/// </summary>
public sealed unsafe class AutomatonStepTests
{
    public static TheoryData<string, string> Catastrophic => new()
    {
        { "(a+)+b", "a" },
        { "(a*)*b", "a" },
        { "(a|a)*b", "a" },
        { "(a|aa)+$", "ab" },
        { "(.*)*x", "a" },
        { ".*.*.*.*=.*", "a" },
        { "(x+x+)+y", "x" },
        { "a?a?a?a?a?a?a?a?a?a?aaaaaaaaaab", "a" },
        { "(a{0,30}){0,30}b", "a" },
        { "([a-z]+)*[0-9]", "abc" },
        { "(\\w+\\s?)*;", "word " },
        { "(.{1,50}a){10}x", "a" },
        { "a.{0,1000}b.{0,1000}c", "ab" },
        { "(ab?c?)*(abc|ac)+d", "abc" },
    };

    [Theory]
    [MemberData(nameof(Catastrophic))]
    public void A_text_twice_as_long_takes_twice_the_steps(string pattern, string unit)
    {
        var words = ByteAutomaton.Compile(RegexParser.Parse(pattern, false, true).Root).Words;
        var states = (long)words[AutomatonProgram.StatesAt];
        long before = 0;
        foreach (var length in (int[])[1024, 2048, 4096])
        {
            var text = Repeat(unit, length);
            var machine = new AutomatonMachine();
            fixed (uint* program = words)
            fixed (byte* pointer = text)
            {
                machine.Set(program, new AutomatonText(pointer, length, startIsEdge: true, endIsEdge: true), 1);
                Assert.False(machine.IsMatch(program[AutomatonProgram.EntryAt]), pattern);
            }

            Assert.InRange(machine.Steps, 1, 4 * states * length);
            if (before > 0)
                Assert.InRange(machine.Steps, before, (long)(before * 2.2) + (states * states));
            before = machine.Steps;
        }
    }

    [Theory]
    [MemberData(nameof(Catastrophic))]
    public void In_a_file_the_steps_grow_with_the_file(string pattern, string unit)
    {
        // The needle gives the expression an atom, and the text is full of it.
        using var searcher = new StringSearcher([YaraStrings.Lower($"/(needle){pattern}/s")]);
        long before = 0;
        long total = 0;
        foreach (var length in (int[])[64 << 10, 128 << 10])
        {
            searcher.Search(Repeat("needle" + Encoding.ASCII.GetString(Repeat(unit, 500)), length));
            var steps = searcher.Steps - total;
            total = searcher.Steps;
            if (before > 0)
                Assert.InRange(steps, before, (long)(before * 2.2));
            before = steps;
        }

        Assert.InRange(before, 1, long.MaxValue);
    }

    private static byte[] Repeat(string unit, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)unit[i % unit.Length];
        return bytes;
    }
}
