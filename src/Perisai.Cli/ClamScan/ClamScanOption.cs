namespace Perisai.Cli.ClamScan;

/// <summary>What follows an option's name.</summary>
internal enum OptionKind
{
    /// <summary>Nothing, or <c>=yes</c> or <c>=no</c>.</summary>
    Switch,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A number of bytes, with K, M or G after it.</summary>
    Size,
}

/// <summary>What becomes of an option here.</summary>
internal enum OptionUse
{
    /// <summary>It does what it does in clamscan.</summary>
    Followed,

    /// <summary>It changes nothing here, and nobody is misled by that.</summary>
    WithoutEffect,

    /// <summary>Something would be missing that was asked for: refused, unless it is given with the value that is the default anyway.</summary>
    Refused,
}

/// <summary>One of clamscan's options.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Letter">Its short form; a zero character where there is none.</param>
/// <param name="Kind">What follows.</param>
/// <param name="Use">What becomes of it.</param>
/// <param name="Text">What it does here, or why not.</param>
/// <param name="Default">A switch's value when the option is not given.</param>
internal sealed record ClamScanOption(string Name, char Letter, OptionKind Kind, OptionUse Use, string Text, bool Default = false);
