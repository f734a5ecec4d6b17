using Perisai.Engine.Matching.Regex.Execution;
using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex;

/// <summary>
/// A Perl-compatible regular expression over bytes, with the syntax and the meaning of PCRE2 10.42 (8-bit, no UTF, newline is LF).
/// Immutable and shared by threads; a search allocates nothing once its thread has searched before. Input and expression may be hostile:
/// every search ends within its <see cref="ByteRegexBudget"/>. What is not supported is listed in the README beside.
/// </summary>
internal sealed class ByteRegex
{
    private readonly RegexProgram _program;
    private readonly StartSearch _starts;

    private ByteRegex(string expression, ByteRegexOptions options, ParsedRegex parsed, bool keepGroups)
    {
        Expression = expression;
        Options = options;
        GroupCount = parsed.GroupCount;
        _program = RegexCompiler.Compile(parsed, keepGroups);
        _starts = new StartSearch(parsed, options);
    }

    /// <summary>The expression as it was given.</summary>
    public string Expression { get; }

    public ByteRegexOptions Options { get; }

    /// <summary>The highest number of a capturing group.</summary>
    public int GroupCount { get; }

    /// <summary>Compiles an expression; each character stands for the byte of its value.</summary>
    /// <param name="expression">The expression, without delimiters.</param>
    /// <param name="options">Options of the whole expression.</param>
    /// <param name="keepGroups">
    /// Whether matches shall tell where every group matched. Without, only groups that the expression itself refers to are followed.
    /// </param>
    /// <exception cref="ByteRegexException">The expression is wrong, or uses something that is not supported.</exception>
    public static ByteRegex Compile(string expression, ByteRegexOptions options = ByteRegexOptions.None, bool keepGroups = false) =>
        new(expression, options, RegexParser.Parse(expression, options), keepGroups);

    /// <summary>
    /// The first match that starts at <paramref name="start"/> or later. Looks behind and anchors see the bytes before it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> lies outside the input.</exception>
    public ByteRegexMatch Match(ReadOnlySpan<byte> input, int start, ref ByteRegexBudget budget) => Match(input, start, ref budget, []);

    /// <summary>
    /// As the other; and fills <paramref name="groups"/> with start and end of group 1, 2 and so on, or -1 and -1 where a group is not set
    /// (or, without <c>keepGroups</c>, not followed).
    /// </summary>
    public ByteRegexMatch Match(ReadOnlySpan<byte> input, int start, ref ByteRegexBudget budget, Span<int> groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, input.Length);
        var workspace = RegexWorkspace.Rent(_program.SlotCount);
        try
        {
            var machine = new RegexMachine(_program, input, start, workspace, budget);
            var match = Search(ref machine, workspace, input, start, groups);
            budget.StepsLeft = machine.StepsLeft;
            return match;
        }
        finally
        {
            RegexWorkspace.Return(workspace);
        }
    }

    private ByteRegexMatch Search(ref RegexMachine machine, RegexWorkspace workspace, ReadOnlySpan<byte> input, int start, Span<int> groups)
    {
        var cursor = new StartSearch.Cursor(start);
        while (true)
        {
            var before = cursor.Position;
            if (!_starts.TryNext(input, start, ref cursor))
                return new ByteRegexMatch(ByteRegexStatus.NoMatch, 0, 0);
            machine.ChargeBytes(cursor.Position - before);
            var status = machine.Run(cursor.Position);
            if (status == ByteRegexStatus.Match)
            {
                CopyGroups(workspace.Slots, groups);
                var set = workspace.Slots[RegexProgram.MatchStartSlot];
                var first = set >= 0 ? set : cursor.Position;
                return new ByteRegexMatch(status, first, Math.Max(machine.MatchEnd - first, 0));
            }

            if (status != ByteRegexStatus.NoMatch)
                return new ByteRegexMatch(status, 0, 0);
            cursor.Position++;
            machine.ChargeStart();
        }
    }

    private void CopyGroups(int[] slots, Span<int> groups)
    {
        groups.Fill(-1);
        for (var group = 1; group <= GroupCount && group * 2 <= groups.Length; group++)
        {
            var slot = _program.GroupSlots[group];
            if (slot < 0)
                continue;
            groups[group * 2 - 2] = slots[slot];
            groups[group * 2 - 1] = slots[slot + 1];
        }
    }
}
