using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Perisai.Cli.Commands;

/// <summary>The help of a command, and examples of its use after it.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const string Scan = """
        Examples:
          perisai scan ~/Downloads                             a folder, with everything inside archives
          perisai scan --defs main.cvd --defs my.hdb /srv      with ClamAV's definitions and your own
          perisai scan --format json --report scan.html /srv   for a program and for people
          find . -newer last -print0 | perisai scan --files-from - -0
          curl -s https://example.org/file | perisai scan -

        Exit codes: 0 nothing detected, 1 something detected, 2 an error, or the scan was cancelled.
        Content that cannot be looked at is printed and counted; with --strict it is an error (2). What is detected wins (1).
        """;

    private const string Why = """
        Examples:
          perisai why suspicious.zip                     everything that is detected in it
          perisai why mail.eml invoice.zip invoice.exe   one object, two containers in

        Exit codes: 0 nothing detected, 1 something detected, 2 an error.
        """;

    private const string Defs = """
        Examples:
          perisai defs build main.cvd daily.cvd -o clamav.segment
          perisai scan --defs clamav.segment ~/Downloads
          perisai defs lint rules/ --deny-slow
          perisai defs list clamav.segment | grep -i trojan

        Exit codes: 0 done, 2 an error.
        """;

    private const string Root = """
        Examples:
          perisai scan ~/Downloads
          perisai why ~/Downloads/setup.zip
        """;

    private readonly HelpAction _help = new();

    public override int Invoke(ParseResult parseResult)
    {
        _help.Invoke(parseResult);
        var name = parseResult.CommandResult.Command.Name;
        Console.WriteLine(name switch
        {
            "scan" => Scan,
            "why" => Why,
            "defs" or "build" or "lint" or "list" or "info" or "verify" => Defs,
            _ => parseResult.CommandResult.Command is RootCommand ? Root : "",
        });
        return ExitCode.Clean;
    }
}
