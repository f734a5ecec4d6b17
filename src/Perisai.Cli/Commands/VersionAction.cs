using System.CommandLine;
using System.CommandLine.Invocation;
using Perisai.Cli.Reports;

namespace Perisai.Cli.Commands;

/// <summary><c>perisai --version</c>.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        Console.WriteLine($"perisai {ProgramVersion.Full}");
        return ExitCode.Clean;
    }
}
