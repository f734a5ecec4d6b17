using Perisai.Cli.Commands;

namespace Perisai.Cli.Yara;

/// <summary><c>perisai yarac</c>, and the program when it is called as yarac: compiles rules into a file that <c>yara -C</c> opens at once.</summary>
internal static class YaracCommand
{
    public const string Name = "yarac";

    private const int Failure = 1;

    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            var parsed = YaraArguments.Parse(arguments, YaraOptions.Compiling);
            using var output = new YaraOutput();
            if (parsed.Has("help") || parsed.Has("version"))
            {
                output.Write(parsed.Has("version") ? YaraHelp.Version : YaraHelp.Of(YaraHelp.CompileUsage, YaraOptions.Compiling));
                return ExitCode.Clean;
            }

            if (parsed.Paths.Count >= 2)
                return Compile(new(parsed), parsed.Paths, output);
            Console.Error.Write(YaraHelp.WrongNumber(Name, YaraHelp.CompileUsage));
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException)
        {
            YaraOutput.PrintError(exception.Message);
        }

        return Failure;
    }

    private static int Compile(YaraCompilation compilation, List<string> paths, YaraOutput output)
    {
        var builder = compilation.Read(paths[..^1]);
        var target = Path.GetFullPath(paths[^1]);
        // Beside its place: what stands there now is replaced only by rules without errors.
        var temporary = $"{target}.{Environment.ProcessId}.new";
        try
        {
            var report = builder.Build(temporary);
            if (!compilation.Accepts(report, output))
                return Failure;
            File.Move(temporary, target, overwrite: true);
            return ExitCode.Clean;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"error: {paths[^1]} cannot be written: {exception.Message}");
        }
        finally
        {
            // Where its folder is missing, to delete it would be another error.
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }
}
