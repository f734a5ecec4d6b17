using System.CommandLine;
using Perisai.Cli.Reports;

namespace Perisai.Cli.Commands.Defs;

/// <summary><c>perisai defs list</c>.</summary>
internal sealed class DefsListCommand
{
    private readonly Argument<string[]> _files = DefsCommand.SegmentArgument();

    public Command Create()
    {
        var command = new Command("list", "Print the names of all definitions, each with its source and line, separated by a tab.") { _files };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        using var definitions = DefsCommand.Open(result.GetValue(_files)!);
        using var output = new StreamWriter(new BufferedStream(new Linux.StandardOutput(), 64 << 10));
        foreach (var definition in definitions.List())
        {
            output.Write(PrintableText.Of(definition.Name));
            output.Write('\t');
            output.Write(PrintableText.Of(definition.Source));
            output.Write(':');
            output.Write(definition.Line);
            output.Write('\n');
        }

        return ExitCode.Clean;
    }
}
