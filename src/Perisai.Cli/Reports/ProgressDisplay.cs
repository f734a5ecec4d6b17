using System.Diagnostics;
using Perisai.Cli.Scanning;
using Perisai.Cli.Walking;
using Spectre.Console;

namespace Perisai.Cli.Reports;

/// <summary>
/// One line on the terminal that says how far the scan is: files, bytes, speed, time left. It is drawn on standard error by the thread that writes the
/// results, and gives way before each of them, so that the two never mix.
/// </summary>
internal sealed class ProgressDisplay
{
    private const int BarWidth = 24;

    private readonly Stopwatch _clock = new();
    private IAnsiConsole? _console;
    private ScanProgress _progress = new();
    private long _totalFiles, _totalBytes, _lastDrawn;
    private volatile bool _isCounted;
    private bool _isShown;

    /// <summary>A display where standard error is a terminal; null where it is not.</summary>
    public static ProgressDisplay? ForTerminal(Verbosity verbosity) =>
        Console.IsErrorRedirected || verbosity == Verbosity.Quiet ? null : new();

    /// <summary>Begins to show the progress; counts what lies ahead on a thread of its own where it can be counted.</summary>
    public void Start(ScanProgress progress, ScanTargets targets, WalkOptions walking, CancellationToken cancellation)
    {
        _progress = progress;
        _clock.Start();
        if (!targets.CanBeCounted)
            return;
        var counter = new Thread(() => Count(targets, walking, cancellation)) { IsBackground = true, Name = "count" };
        counter.Start();
    }

    /// <summary>Draws, at most ten times a second.</summary>
    public void Update()
    {
        var now = _clock.ElapsedMilliseconds;
        if (now - _lastDrawn < 100 || now < 500)
            return;
        _lastDrawn = now;
        _console ??= AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        var seconds = _clock.Elapsed.TotalSeconds;
        var bytes = _progress.Bytes;
        var line = $"{Words.Number(_progress.Files)} files  {Words.Size(bytes)}  {Words.Size(bytes / seconds)}/s";
        if (_isCounted)
            line = WithTotals(line, bytes, seconds);
        GiveWay();
        _console.Markup(Markup.Escape(line).Length < _console.Profile.Width ? Styled(line) : "");
        _isShown = true;
    }

    /// <summary>Takes the line away.</summary>
    public void GiveWay()
    {
        if (!_isShown)
            return;
        Console.Error.Write("\r\e[K");
        _isShown = false;
    }

    public void Stop() => GiveWay();

    private string WithTotals(string line, long bytes, double seconds)
    {
        var totalFiles = Volatile.Read(ref _totalFiles);
        var totalBytes = Volatile.Read(ref _totalBytes);
        // A tree of many small files and one of few large ones each have their measure; the truth lies between.
        var done = totalFiles == 0 ? 1 : ((double)_progress.Files / totalFiles + (totalBytes == 0 ? 1 : (double)bytes / totalBytes)) / 2;
        done = Math.Clamp(done, 0, 1);
        var filled = (int)(done * BarWidth);
        var left = done > 0.01 ? $"  {Words.Duration(TimeSpan.FromSeconds(Math.Min(seconds / done * (1 - done), 1e7)))} left" : "";
        return $"{new string('━', filled)}{new string('─', BarWidth - filled)} {done * 100,3:0}%  {line}{left}";
    }

    private static string Styled(string line)
    {
        var end = line.LastIndexOf('━') + 1;
        return end == 0 ? Markup.Escape(line) : $"[green]{line[..end]}[/]{Markup.Escape(line[end..])}";
    }

    private void Count(ScanTargets targets, WalkOptions walking, CancellationToken cancellation)
    {
        try
        {
            foreach (var entry in new TreeWalker(walking with { CountOnly = true }, cancellation).Walk(targets.Paths))
            {
                if (entry.Reason is not null)
                    continue;
                _totalFiles++;
                _totalBytes += entry.Length;
            }

            _isCounted = !cancellation.IsCancellationRequested;
        }
        catch (IOException)
        {
            // Then there is no bar; the scan itself says what is wrong.
        }
    }
}
