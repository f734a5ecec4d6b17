namespace Perisai.Engine.Scanning.Links;

/// <summary>What is wrong with a link.</summary>
internal enum LinkVerdict
{
    /// <summary>Nothing, or it cannot be told.</summary>
    None,

    /// <summary>It shows a protected address and leads to another.</summary>
    SpoofedDomain,

    /// <summary>It shows a protected address, encrypted, and leads to one that is not.</summary>
    SpoofedSsl,

    /// <summary>It shows a protected address, and a zero is hidden in where it leads.</summary>
    CloakedNull,

    /// <summary>It shows an address, which need not be protected, encrypted, and leads to one that is not.</summary>
    UnprotectedSsl,

    /// <summary>It shows an address, which need not be protected, and a zero is hidden in where it leads.</summary>
    UnprotectedNull,

    /// <summary>Where it leads is blocked.</summary>
    Blocked,
}
