using System.Runtime.InteropServices;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Tests.Languages.Yara.Strings;

namespace Perisai.Engine.Tests.Matching.Automata;

public sealed unsafe class AutomatonProgramTests
{
    /// <summary>A damaged program is refused, or it is one that runs within its bounds and ends.</summary>
    [Fact]
    public void Damaged_programs_are_refused_or_run_within_bounds()
    {
        var random = new Random(5);
        var strings = new RandomStrings(6);
        var refused = 0;
        var ran = 0;
        var text = strings.Input();
        for (var round = 0; round < 4000; round++)
        {
            uint[] words;
            try
            {
                var definition = strings.Regex();
                words = ByteAutomaton.Compile(RegexParser.Parse(definition[1..definition.LastIndexOf('/')], false, false).Root).Words;
            }
            catch (RegexMistake)
            {
                continue;
            }

            Assert.True(AutomatonProgram.IsValid(words));
            for (var k = random.Next(1, 4); k > 0; k--)
            {
                var at = random.Next(words.Length);
                words[at] = random.Next(3) switch
                {
                    0 => words[at] ^ (1u << random.Next(32)),
                    1 => (uint)random.Next(words.Length),
                    _ => (words[at] & 0xFFFFFF00) | (uint)random.Next(12),
                };
            }

            if (!AutomatonProgram.IsValid(words))
            {
                refused++;
                continue;
            }

            ran++;
            using var program = GuardedMemory.Allocate(MemoryMarshal.AsBytes(words.AsSpan()), atEnd: true);
            using var guarded = GuardedMemory.Allocate(text, atEnd: true);
            var machine = new AutomatonMachine();
            fixed (byte* pointer = program.Span)
            fixed (byte* bytes = guarded.Span)
            {
                machine.Set((uint*)pointer, new AutomatonText(bytes, text.Length, startIsEdge: true, endIsEdge: true), 1);
                machine.IsMatch(words[AutomatonProgram.EntryAt]);
                machine.FindEnd(words[AutomatonProgram.EntryAt], text.Length / 2);
                machine.FindStarts(words[AutomatonProgram.EntryAt], text.Length / 2);
            }
        }

        Assert.InRange(refused, 200, int.MaxValue);
        Assert.InRange(ran, 200, int.MaxValue);
    }

    [Theory]
    [InlineData("((a{0,1000}){0,1000}){0,1000}")]
    [InlineData("(((((a|b){1,99}c){1,99}){1,99}){1,99}){1,99}")]
    [InlineData("((((((((((x{1,100}){1,100}){1,100}){1,100}){1,100}){1,100}){1,100}){1,100}){1,100}){1,100})")]
    public void Bombs_are_refused(string pattern) =>
        Assert.Throws<AutomatonException>(() => ByteAutomaton.Compile(RegexParser.Parse(pattern, false, false).Root));

    [Theory]
    [InlineData("a{32767}")]
    [InlineData("(abc){0,32767}")]
    [InlineData("a{1000}.{1,2000}b{,3000}")]
    public void Large_repeats_are_taken(string pattern) =>
        Assert.InRange(ByteAutomaton.Compile(RegexParser.Parse(pattern, false, false).Root).Words.Length, 1, AutomatonProgram.MaximumWords);
}
