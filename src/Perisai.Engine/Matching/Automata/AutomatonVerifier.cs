using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Perisai.Engine.Matching.Automata;

/// <summary>
/// From a gram's hit to the matches of an expression that pass through it: the end by preference, then every start. One a thread.
/// </summary>
internal sealed unsafe class AutomatonVerifier
{
    private readonly AutomatonMachine _machine = new();
    private readonly HashSet<nint> _validated = [];
    private AutomatonText _text;

    /// <inheritdoc cref="AutomatonMachine.Steps"/>
    public long Steps => _machine.Steps;

    /// <inheritdoc cref="PieceVerifier.SetText"/>
    public void SetText(byte* text, int length, bool startIsEdge, bool endIsEdge) => _text = new(text, length, startIsEdge, endIsEdge);

    /// <summary>Reports every match that passes through a place in the text.</summary>
    /// <param name="pieces">The segment's pieces.</param>
    /// <param name="piece">The place in the expression.</param>
    /// <param name="at">The place in the text.</param>
    /// <param name="segment">The segment's number, for the sink.</param>
    /// <param name="windowOffset">The text's first byte in the object.</param>
    /// <param name="sink">Takes matches.</param>
    public void Verify(byte* pieces, PieceRecord* piece, int at, int segment, long windowOffset, IPatternSink sink)
    {
        var payload = (uint*)(piece + 1);
        if (!MayStandAt((byte*)(payload + 3), at))
            return;
        var program = (uint*)piece - payload[0];
        if (!_validated.Contains((nint)piece))
            Validate(pieces, piece, program, payload);
        var options = AutomatonOptions.FromStored(piece->Options);
        _machine.Set(program, _text, options.CharacterSize);
        var end = _machine.FindEnd(payload[1], at);
        if (end < 0 || (options.IsWord && !WordEdge.Holds(_text.Text, _text.Length, end, isBefore: false, options.EdgeIsWide)))
            return;
        var entry = program[AutomatonProgram.EntryAt];
        if (payload[2] == 0)
        {
            _machine.Set(program, _text, 1);
            Report(piece, options, entry, at, end, segment, windowOffset, sink);
            return;
        }

        _machine.FindStarts(payload[2], at);
        _machine.Set(program, _text, 1);
        foreach (var start in _machine.Starts)
            Report(piece, options, entry, start, end, segment, windowOffset, sink);
    }

    /// <summary>Whether what must stand around the place does; where the text ends beside it, that is left to the program.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayStandAt(byte* surroundings, int at) =>
        at < AtomSurroundings.Reach || at + AtomSurroundings.Reach > _text.Length
        || (Vector128.Load(_text.Text + at - AtomSurroundings.Reach) & Vector128.Load(surroundings + (2 * AtomSurroundings.Reach)))
            == Vector128.Load(surroundings);

    /// <summary>Reports a match; the machine is set to single bytes already.</summary>
    private void Report(PieceRecord* piece, AutomatonOptions options, uint entry, int start, int end, int segment, long windowOffset, IPatternSink sink)
    {
        if (options.YieldsToNarrow && _machine.FindEnd(entry, start) is >= 0 and var narrow && (!options.IsWord || IsWord(start, narrow)))
            return;
        if (!options.IsWord || WordEdge.Holds(_text.Text, _text.Length, start, isBefore: true, options.EdgeIsWide))
            sink.OnMatch(segment, piece->Pattern, windowOffset + start, windowOffset + end);
    }

    private bool IsWord(int start, int end) =>
        WordEdge.Holds(_text.Text, _text.Length, start, isBefore: true, isWide: false) && WordEdge.Holds(_text.Text, _text.Length, end, isBefore: false, isWide: false);

    /// <summary>Before a place is first used. Segments are verified by their digests; this is what keeps a wrong compiler from reading astray.</summary>
    private void Validate(byte* pieces, PieceRecord* piece, uint* program, uint* payload)
    {
        var inside = payload[0] > 0 && (byte*)program >= pieces && (byte*)program < (byte*)piece;
        var words = inside ? new ReadOnlySpan<uint>(program, (int)Math.Min(payload[0], AutomatonProgram.MaximumWords)) : [];
        if (!AutomatonProgram.IsValid(words) || !AutomatonProgram.IsEntry(words, payload[1])
            || (payload[2] != 0 && !AutomatonProgram.IsEntry(words, payload[2])))
        {
            throw new InvalidDataException("A pattern's program in a segment is not valid.");
        }

        _validated.Add((nint)piece);
    }
}
