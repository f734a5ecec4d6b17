using System.CommandLine;
using Perisai.Engine;

namespace Perisai.Cli.Commands.Defs;

/// <summary><c>perisai defs</c>: building and examining compiled definitions.</summary>
internal static class DefsCommand
{
    public static Command Create()
    {
        var command = new Command("defs", "Build and examine compiled definitions.");
        command.Subcommands.Add(new DefsBuildCommand().Create());
        command.Subcommands.Add(new DefsLintCommand().Create());
        command.Subcommands.Add(new DefsListCommand().Create());
        command.Subcommands.Add(new DefsInfoCommand().Create());
        command.Subcommands.Add(new DefsVerifyCommand().Create());
        return command;
    }

    /// <summary>The argument of the commands that examine.</summary>
    public static Argument<string[]> SegmentArgument() => new("FILE") { Description = "Compiled segments", Arity = ArgumentArity.OneOrMore };

    /// <exception cref="UsageException">It cannot be used; the message says why.</exception>
    public static DefinitionSet Open(IEnumerable<string> paths)
    {
        var files = paths.ToList();
        try
        {
            foreach (var path in files)
            {
                if (!DefinitionSet.IsSegment(path))
                    throw new UsageException($"{path} is no compiled segment. 'perisai defs build {path} -o FILE' makes one of a source.");
            }

            return DefinitionSet.Open(files);
        }
        catch (SegmentException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(exception.Message);
        }
    }
}
