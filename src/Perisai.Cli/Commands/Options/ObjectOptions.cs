using System.CommandLine;
using System.Collections.Immutable;
using System.Text;
using Perisai.Engine;

namespace Perisai.Cli.Commands.Options;

/// <summary>How an object and what is in it are scanned.</summary>
internal sealed class ObjectOptions
{
    private readonly Option<bool> _allMatches = new("--all-matches") { Description = "Report every definition that matches, not only the first" };

    private readonly Option<bool> _noArchives = new("--no-archives") { Description = "Do not look into archives, mails and other containers" };

    private readonly Option<bool> _detectPua = new("--detect-pua") { Description = "Report potentially unwanted programs too" };

    private readonly Option<string[]> _passwords = new("--password")
    {
        Description = "A password to try on encrypted archives (repeatable; other users can see it, --passwords-file keeps it private)",
        HelpName = "PASSWORD",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _passwordFiles = new("--passwords-file")
    {
        Description = "A file with such passwords, one a line (repeatable)",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly LimitOptions _limits = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_allMatches, _noArchives, _detectPua, _passwords, _passwordFiles])
            command.Options.Add(option);
        _limits.AddTo(command);
    }

    /// <exception cref="UsageException">A file of passwords cannot be read.</exception>
    public ScanOptions Read(ParseResult result) => new()
    {
        AllMatches = result.GetValue(_allMatches),
        OpenContainers = !result.GetValue(_noArchives),
        DetectPotentiallyUnwanted = result.GetValue(_detectPua),
        Passwords = Passwords(result),
        Limits = _limits.Read(result),
    };

    private ImmutableArray<ReadOnlyMemory<byte>> Passwords(ParseResult result)
    {
        var passwords = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (var password in result.GetValue(_passwords) ?? [])
            passwords.Add(Encoding.UTF8.GetBytes(password));
        foreach (var path in result.GetValue(_passwordFiles) ?? [])
        {
            try
            {
                // As bytes: an archive's password may be in any encoding.
                ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
                foreach (var line in bytes.Span.Split((byte)'\n'))
                {
                    var password = bytes[line].TrimEnd((byte)'\r');
                    if (!password.IsEmpty)
                        passwords.Add(password);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"--passwords-file: {exception.Message}");
            }
        }

        return passwords.ToImmutable();
    }
}
