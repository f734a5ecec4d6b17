namespace Perisai.Engine;

/// <summary>What a scan says of a root object and everything in it. The worse one wins, in this order.</summary>
public enum Verdict
{
    /// <summary>Looked at whole, and nothing was found.</summary>
    Clean,

    /// <summary>Something in it was not looked at; the findings say what and why. Nothing was found in the rest.</summary>
    NotScanned,

    /// <summary>Nothing names a threat, but its form is that of an attack, such as a decompression bomb.</summary>
    Suspicious,

    /// <summary>A definition names it.</summary>
    Detected,
}
