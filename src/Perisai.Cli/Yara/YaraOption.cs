namespace Perisai.Cli.Yara;

/// <summary>What follows an option's name.</summary>
internal enum YaraValue
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A text; the option may be given several times.</summary>
    Text,

    /// <summary>A whole number: decimal, hexadecimal after 0x, octal after 0.</summary>
    Integer,
}

/// <summary>One of yara's options.</summary>
/// <param name="Letter">Its short form; a zero character where there is none.</param>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">What follows.</param>
/// <param name="Shown">How the help calls the value.</param>
/// <param name="Text">What it does.</param>
internal sealed record YaraOption(char Letter, string Name, YaraValue Value, string Shown, string Text);
