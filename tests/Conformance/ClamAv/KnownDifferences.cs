namespace Perisai.Conformance.ClamAv;

/// <summary>What differs from clamscan and why. Each has a row in docs/clamav.md.</summary>
internal static class KnownDifferences
{
    /// <summary>The reason; null where there is none.</summary>
    /// <param name="signature">Kind and line; the name alone for a heuristic.</param>
    /// <param name="file">The object's name and the container's.</param>
    /// <param name="isTheirs">Whether only clamscan names it.</param>
    public static string? ReasonOf(string signature, string file, bool isTheirs)
    {
        if (file.StartsWith("html.", StringComparison.Ordinal) && !isTheirs && IsForAny(signature))
            return "a page is looked at as it stands, too";
        // The document holds a program without saying where it ends.
        if (file.StartsWith("ole2.", StringComparison.Ordinal) && (isTheirs ? signature.Contains(">>0#", StringComparison.Ordinal) : signature.Contains(":EOF-", StringComparison.Ordinal)))
            return "where a program within other data ends";
        if (file.StartsWith("ole2.", StringComparison.Ordinal) && !isTheirs && signature.Contains(":14:*:", StringComparison.Ordinal))
            return "streams of compound files are data of no known type";
        return null;
    }

    /// <summary>Digests, and definitions that are for any object.</summary>
    private static bool IsForAny(string signature) => signature.Split(' ')[0] is "hdb" or "hsb" or "db"
        || signature.Contains("Target:0", StringComparison.Ordinal)
        || (signature.StartsWith("ndb ", StringComparison.Ordinal) && signature.Split(':')[1] == "0");
}
