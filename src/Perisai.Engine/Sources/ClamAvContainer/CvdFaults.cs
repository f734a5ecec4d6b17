namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>Ids of what can be wrong with a ClamAV container.</summary>
internal static class CvdFaults
{
    /// <summary>No header, or not one of this format.</summary>
    public const string Header = "cvd.header";

    /// <summary>The MD5 in the header is another one than that of what follows.</summary>
    public const string Checksum = "cvd.checksum";

    /// <summary>A signature that does not fit.</summary>
    public const string WrongSignature = "cvd.wrong-signature";

    /// <summary>No signature at all, or none that can be checked.</summary>
    public const string Unsigned = "cvd.unsigned";

    /// <summary>The archive inside is damaged or cut short.</summary>
    public const string Archive = "cvd.archive";

    /// <summary>The .info member is malformed.</summary>
    public const string Information = "cvd.information";

    /// <summary>A member is not what the .info member says of it, or is not in it.</summary>
    public const string Member = "cvd.member";

    /// <summary>A member that the .info member lists is missing.</summary>
    public const string MissingMember = "cvd.missing-member";
}
