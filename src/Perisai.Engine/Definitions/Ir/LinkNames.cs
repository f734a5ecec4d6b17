namespace Perisai.Engine.Definitions.Ir;

/// <summary>What addresses by digest are named, as clamscan names them behind <c>Heuristics.</c></summary>
internal static class LinkNames
{
    public const string Blocked = "Phishing.URL.Blocked";
    public const string Malware = "Safebrowsing.Suspected-malware_safebrowsing.clamav.net";
    public const string Phishing = "Safebrowsing.Suspected-phishing_safebrowsing.clamav.net";
}
