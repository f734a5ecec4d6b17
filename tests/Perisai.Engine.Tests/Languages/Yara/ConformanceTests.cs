namespace Perisai.Engine.Tests.Languages.Yara;

/// <summary>YARA's own test-suite.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void Every_case_of_the_test_suite_comes_out_as_there()
    {
        var wrong = new List<string>();
        var cases = ConformanceCases.Load();
        foreach (var item in cases)
        {
            try
            {
                if (Check(item) is { } reason)
                    wrong.Add($"{item}\n    {reason}");
            }
            catch (Exception exception)
            {
                wrong.Add($"{item}\n    {exception}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases.Count} wrong\n{string.Join('\n', wrong)}");
    }

    private static string? Check(ConformanceCases.Case item)
    {
        // One case includes a file of the suite that is not kept; IncludeTests has its like.
        if (item.NeedsFiles)
            return null;
        var result = YaraRun.Scan(item.Rule, item.Input, item.IsStrict, item.Variables);
        var errors = string.Join("; ", result.Diagnostics.Where(diagnostic => diagnostic.IsError));
        if (item.Kind == "error")
            return result.HasErrors ? null : "no error";
        if (result.HasErrors)
            return errors;
        switch (item.Kind)
        {
            case "true":
                if (result.Matches.Count == 0)
                    return "does not match";
                if (item.RuleCount is { } count && count != result.Matches.Count)
                    return $"{result.Matches.Count} rules match, not {count}";
                return item.Capture is null || result.Matches.Any(match => match.Rule!.Strings.Any(text => text.Data.Span.SequenceEqual(item.Capture)))
                    ? null : $"captures {string.Join(" ", result.Matches.SelectMany(match => match.Rule!.Strings).Select(text => $"{text.Identifier}@{text.Offset}+{text.Length}"))}, not {Convert.ToHexString(item.Capture)}";
            case "false":
                return result.Matches.Count == 0 ? null : $"{result.Names} match";
            case "warning":
                return result.Diagnostics.Count(diagnostic => !diagnostic.IsError) >= item.MinimumWarnings ? null : "no warning";
            case "nowarning":
                return result.Diagnostics.IsEmpty ? null : result.Diagnostics[0].ToString();
            default:
                return null;
        }
    }
}
