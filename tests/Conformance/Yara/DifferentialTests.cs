using System.Globalization;
using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>
/// Debian's yara and this engine with the same generated rules and inputs. A case is one rule against one input: which rules hold, and where each string
/// matches, must be the same but for the differences that docs/yara.md names.
/// </summary>
/// <remarks>
/// Variables of the environment: PERISAI_CONFORMANCE_SEED and PERISAI_CONFORMANCE_ROUNDS (each of 10,000 cases) for other cases, PERISAI_CONFORMANCE_FAILURES for
/// how many failing cases are made small and shown, PERISAI_CONFORMANCE_SHOW for a named difference that is shown like a failure.
/// </remarks>
public sealed class DifferentialTests
{
    private const int Groups = 250;
    private const int Inputs = 40;

    [Fact]
    public void Strings_match_where_yara_says() => Compare(seed: 2018, rounds: 10, (groups, number) => groups.OfString(number), samples: 25);

    [Fact]
    public void Conditions_hold_where_yara_says() => Compare(seed: 5000, rounds: 10, (groups, number) => groups.OfConditions(number), samples: 6);

    private static void Compare(int seed, int rounds, Func<GroupGenerator, int, RuleGroup> next, int samples)
    {
        if (PeerYara.Find() is not { } yara)
        {
            Assert.Skip("There is no yara on this machine.");
            return;
        }

        seed = Setting("PERISAI_CONFORMANCE_SEED") ?? seed;
        rounds = Setting("PERISAI_CONFORMANCE_ROUNDS") ?? rounds;
        using var comparison = new CaseComparison(yara);
        for (var round = 0; round < rounds; round++)
            comparison.Round(seed + round, next, Groups, Inputs, samples);
        TestContext.Current.SendDiagnosticMessage(comparison.Summary);
        Console.WriteLine(comparison.Summary);
        Assert.True(comparison.Failures.Count == 0, comparison.Summary + "\n" + string.Join('\n', comparison.Failures));
        Assert.Equal(rounds * Groups * Inputs, comparison.Compared);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
