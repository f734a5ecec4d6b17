using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>From a failing case to a smaller one that fails as well: fewer rules and strings, simpler conditions, a shorter input.</summary>
internal sealed class CaseShrinker(Func<RuleGroup, byte[], bool> fails)
{
    /// <summary>Attempts at most: each costs a process.</summary>
    private const int MaximumAttempts = 600;

    private int _attempts;

    public (RuleGroup Group, byte[] Input) Shrink(RuleGroup group, byte[] input)
    {
        for (var isSmaller = true; isSmaller && _attempts < MaximumAttempts;)
        {
            isSmaller = false;
            while (group.Simpler.FirstOrDefault(simpler => Fails(simpler, input)) is { } simpler)
                (group, isSmaller) = (simpler, true);
            for (var size = Math.Max(1, input.Length / 2); size > 0; size /= 2)
            {
                for (var at = 0; at + size <= input.Length;)
                {
                    byte[] shorter = [.. input[..at], .. input[(at + size)..]];
                    if (Fails(group, shorter))
                        (input, isSmaller) = (shorter, true);
                    else
                        at += size;
                }
            }
        }

        return (group, input);
    }

    private bool Fails(RuleGroup group, byte[] input) => _attempts++ < MaximumAttempts && fails(group, input);
}
