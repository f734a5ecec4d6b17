using System.Runtime.InteropServices;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Modules;

/// <summary>A regular expression of a condition, for <c>matches</c> and functions of modules. Immutable; usable by several threads.</summary>
internal sealed unsafe class YaraRegex : IRuleRegex
{
    [ThreadStatic]
    private static AutomatonMachine? _machine;

    private readonly uint[] _words;

    public YaraRegex(uint[] words) => _words = words;

    /// <summary>An expression from its stored form, the bytes of an <see cref="AutomatonProgram"/>.</summary>
    /// <exception cref="InvalidDataException">They are no program.</exception>
    public static YaraRegex Load(ReadOnlySpan<byte> stored)
    {
        var words = new uint[stored.Length / 4];
        stored[..(words.Length * 4)].CopyTo(MemoryMarshal.AsBytes(words.AsSpan()));
        return AutomatonProgram.IsValid(words) ? new(words) : throw new InvalidDataException("A regular expression in a segment is not valid.");
    }

    /// <inheritdoc/>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        var machine = _machine ??= new();
        fixed (uint* words = _words)
        fixed (byte* pointer = text)
        {
            machine.Set(words, new AutomatonText(pointer, text.Length, startIsEdge: true, endIsEdge: true), 1);
            return machine.IsMatch(words[AutomatonProgram.EntryAt]);
        }
    }
}
