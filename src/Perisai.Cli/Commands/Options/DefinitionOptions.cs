using System.CommandLine;
using Perisai.Cli.Definitions;

namespace Perisai.Cli.Commands.Options;

/// <summary>Which definitions are used.</summary>
internal sealed class DefinitionOptions
{
    private readonly Option<string[]> _sources = new("--defs", "-d")
    {
        Description = "Definitions: a ClamAV database, a list of hashes, a compiled segment, or a folder of these (repeatable)",
        HelpName = "PATH",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _noBuiltIn = new("--no-builtin") { Description = "Leave out the built-in definitions (the EICAR test file)" };

    private readonly Option<bool> _allowUnsigned = new("--allow-unsigned")
    {
        Description = "Accept ClamAV containers whose digital signature is missing or wrong",
    };

    private readonly Option<string?> _certificates = new("--certs")
    {
        Description = "Check detached signatures of ClamAV containers (.sign) against the certificates in this folder",
        HelpName = "FOLDER",
    };

    private readonly Option<bool> _ignoreErrors = new("--ignore-definition-errors")
    {
        Description = "Go on with the lines that are right where a definitions file has wrong ones",
    };

    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Neither use nor write compiled definitions in the cache folder" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_sources, _noBuiltIn, _allowUnsigned, _certificates, _ignoreErrors, _noCache])
            command.Options.Add(option);
    }

    public DefinitionSources Read(ParseResult result) => new()
    {
        Paths = result.GetValue(_sources) ?? [],
        IncludeBuiltIn = !result.GetValue(_noBuiltIn),
        AllowUnsigned = result.GetValue(_allowUnsigned),
        CertificatesFolder = result.GetValue(_certificates),
        IgnoreErrors = result.GetValue(_ignoreErrors),
        UseCache = !result.GetValue(_noCache),
    };
}
