using System.CommandLine;
using Perisai.Cli.Reports;

namespace Perisai.Cli.Commands.Defs;

/// <summary><c>perisai defs info</c>.</summary>
internal sealed class DefsInfoCommand
{
    private readonly Argument<string[]> _files = DefsCommand.SegmentArgument();

    public Command Create()
    {
        var command = new Command("info", "Say what segments hold and what they were made of.") { _files };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        using var definitions = DefsCommand.Open(result.GetValue(_files)!);
        foreach (var segment in definitions.Segments)
        {
            Console.WriteLine(PrintableText.Of(segment.Path));
            Field("SHA-256", segment.Sha256);
            Field("length", $"{Words.Number(segment.Length)} bytes");
            if (segment.Created > DateTimeOffset.UnixEpoch)
                Field("created", segment.Created.ToString("yyyy-MM-dd HH:mm:ss") + " UTC");
            Field("by pattern", Words.Number(segment.Definitions));
            Field("by digest", Words.Number(segment.Hashes));
            Field("retractions", Words.Number(segment.Tombstones));
            foreach (var source in segment.Sources)
                Field("source", PrintableText.Of(source));
        }

        return ExitCode.Clean;
    }

    private static void Field(string name, string value) => Console.WriteLine($"  {name,-12} {value}");
}
