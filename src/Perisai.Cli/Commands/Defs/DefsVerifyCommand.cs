using System.CommandLine;
using Perisai.Cli.Reports;
using Perisai.Engine;

namespace Perisai.Cli.Commands.Defs;

/// <summary><c>perisai defs verify</c>.</summary>
internal sealed class DefsVerifyCommand
{
    private readonly Argument<string[]> _files = DefsCommand.SegmentArgument();

    public Command Create()
    {
        var command = new Command("verify", "Read every byte of segments and compare it with the sums in them.") { _files };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        var exitCode = ExitCode.Clean;
        foreach (var path in result.GetValue(_files)!)
        {
            try
            {
                using var definitions = DefsCommand.Open([path]);
                definitions.Verify();
                Console.WriteLine($"{PrintableText.Of(path)}: intact, SHA-256 {definitions.Segments[0].Sha256}");
            }
            catch (Exception exception) when (exception is UsageException or SegmentException)
            {
                Console.Error.WriteLine($"perisai: {exception.Message}");
                exitCode = ExitCode.Error;
            }
        }

        return exitCode;
    }
}
