using System.CommandLine;
using System.Text;
using Perisai.Cli.Definitions;
using Perisai.Cli.Reports;
using Perisai.Engine;

namespace Perisai.Cli.Commands.Defs;

/// <summary><c>perisai defs build</c>.</summary>
internal sealed class DefsBuildCommand
{
    private readonly Argument<string[]> _sources = new("SOURCE")
    {
        Description = "ClamAV databases, lists of hashes, or folders of these",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The segment to write", HelpName = "FILE", Required = true };

    private readonly Option<bool> _builtIn = new("--builtin") { Description = "Put the built-in definitions (the EICAR test file) in too" };

    private readonly Option<bool> _allowUnsigned = new("--allow-unsigned")
    {
        Description = "Accept ClamAV containers whose digital signature is missing or wrong",
    };

    private readonly Option<string?> _certificates = new("--certs")
    {
        Description = "Check detached signatures of ClamAV containers (.sign) against the certificates in this folder",
        HelpName = "FOLDER",
    };

    private readonly Option<bool> _noPua = new("--no-pua") { Description = "Leave out the databases of potentially unwanted programs" };

    private readonly Option<bool> _ignoreErrors = new("--ignore-errors") { Description = "Write the segment also where lines are wrong, without them" };

    public Command Create()
    {
        var command = new Command("build", "Compile definitions into one segment, which a scan opens without reading it.");
        command.Arguments.Add(_sources);
        foreach (var option in (Option[])[_output, _builtIn, _allowUnsigned, _certificates, _noPua, _ignoreErrors])
            command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        var sources = result.GetValue(_sources) ?? [];
        if (sources.Length == 0 && !result.GetValue(_builtIn))
            throw new UsageException("nothing to build. Name a source, or --builtin.");
        var builder = new DefinitionBuilder
        {
            AllowUnsigned = result.GetValue(_allowUnsigned),
            CertificatesFolder = result.GetValue(_certificates),
            IncludeBuiltIn = result.GetValue(_builtIn),
            IncludePotentiallyUnwanted = !result.GetValue(_noPua),
            RefuseErrors = !result.GetValue(_ignoreErrors),
        };
        var path = Path.GetFullPath(result.GetValue(_output)!);
        try
        {
            foreach (var source in sources)
                builder.Add(source);
            var report = builder.Build(path);
            Console.Error.Write(Diagnostics(report));
            WriteReport(report);
            if (report.HasErrors && builder.RefuseErrors)
                throw new UsageException($"{path} was not written: the sources have errors. Correct them, or build without the wrong lines: --ignore-errors.");
            Console.WriteLine($"{"written",-12} {path}: {Words.Size(report.Length)}, SHA-256 {report.Sha256}");
            return report.HasErrors ? ExitCode.Error : ExitCode.Clean;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the build failed: {exception.Message}");
        }
    }

    private static string Diagnostics(BuildReport report)
    {
        var text = new StringBuilder();
        BuildMessages.AddDiagnostics(report, text);
        return text.ToString();
    }

    private static void WriteReport(BuildReport report)
    {
        Console.WriteLine($"{"loaded",-12} {Words.Number(report.Loaded.Values.Sum())}");
        foreach (var (kind, count) in report.Loaded)
            Console.WriteLine($"  {kind,-10} {Words.Number(count)}");
        if (report.Retracted > 0)
            Console.WriteLine($"{"ignored",-12} {Words.Number(report.Retracted)} that an ignore list names");
        Console.WriteLine($"{"unsupported",-12} {Words.Number(report.Unsupported.Sum(lines => lines.Count))}");
        foreach (var lines in report.Unsupported)
        {
            var first = $"first {PrintableText.Of(lines.FirstName)} at {PrintableText.Of(lines.FirstAt)}";
            Console.WriteLine($"  {lines.Kind,-10} {Words.Number(lines.Count)}: {PrintableText.Of(lines.Reason)} ({first})");
        }
    }
}
