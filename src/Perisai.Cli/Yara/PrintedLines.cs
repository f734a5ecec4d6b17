namespace Perisai.Cli.Yara;

/// <summary>
/// What rules print while a file is scanned (the console module, the facts of modules), kept by the scanning thread until the file's turn in the output
/// comes.
/// </summary>
internal sealed class PrintedLines
{
    /// <summary>Characters kept of one file: a rule that logs in a loop ends here, and says so.</summary>
    private const int MaximumLength = 64 << 20;

    private readonly ThreadLocal<Kept> _kept = new(() => new());

    private sealed class Kept
    {
        public List<string> Lines { get; set; } = [];

        public long Length { get; set; }
    }

    /// <summary>Keeps a text of one character a byte.</summary>
    public void Add(string text)
    {
        var kept = _kept.Value!;
        if (kept.Length >= MaximumLength)
            return;
        kept.Length += text.Length;
        kept.Lines.Add(kept.Length < MaximumLength ? text : "(rules printed more than is kept)\n");
    }

    /// <summary>What this thread kept since it was last asked.</summary>
    public IReadOnlyList<string> Take()
    {
        var kept = _kept.Value!;
        if (kept.Lines.Count == 0)
            return [];
        var lines = kept.Lines;
        (kept.Lines, kept.Length) = ([], 0);
        return lines;
    }
}
