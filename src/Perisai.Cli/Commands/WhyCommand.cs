using System.CommandLine;
using Perisai.Cli.Commands.Options;
using Perisai.Cli.Definitions;
using Perisai.Cli.Reports;
using Perisai.Cli.Scanning;
using Perisai.Cli.Walking;
using Perisai.Cli.Why;
using Perisai.Engine;

namespace Perisai.Cli.Commands;

/// <summary><c>perisai why</c>: one file, explained.</summary>
internal sealed class WhyCommand
{
    /// <summary>Bytes shown before and after a match.</summary>
    private const int Context = 16;

    private readonly Argument<string> _path = new("PATH") { Description = "The file to explain" };

    private readonly Argument<string[]> _members = new("MEMBER")
    {
        Description = "Only the object of this name in the file, and what is in it; further names lead further in",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly DefinitionOptions _definitions = new();
    private readonly ObjectOptions _objects = new();

    public Command Create()
    {
        var command = new Command("why", "Explain what is detected in a file: which definition, at which bytes, in which object.");
        command.Arguments.Add(_path);
        command.Arguments.Add(_members);
        _definitions.AddTo(command);
        _objects.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        var options = _objects.Read(result) with { AllMatches = true, DescribeObjects = true, ExcerptContext = Context };
        using var definitions = new DefinitionLoader(_definitions.Read(result), Console.Error).Load();
        var scan = Scan(result.GetValue(_path)!, definitions, options);
        if (scan.NotScanned is { } left)
            throw new UsageException($"{PrintableText.Of(scan.Path.ToString())} is not scanned: {Words.Of(left)}");
        var view = MemberView.Of(scan, result.GetValue(_members) ?? []);
        using var output = new StreamWriter(new Linux.StandardOutput());
        output.NewLine = "\n";
        new Explanation(output, definitions.Segments).Write(view);
        return view.Findings.Any(finding => finding is Detection) ? ExitCode.Detected : ExitCode.Clean;
    }

    private static ScanResult Scan(string path, DefinitionSet definitions, ScanOptions options)
    {
        var walker = new TreeWalker(new() { EnterDirectories = false }, CancellationToken.None);
        var entry = path == "-" ? StandardInput.Read(CancellationToken.None) : walker.Walk([path]).Single();
        if (entry.Reason is { } reason)
            return ScanResult.Of(entry, reason, entry.Detail);
        using var source = entry.Content ?? new FileByteSource(entry.File!);
        using var scanner = new Scanner(definitions, options);
        try
        {
            return new(entry.Path, scanner.Scan(source, entry.Path.Name));
        }
        catch (SegmentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
