using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Sources;

/// <summary>
/// Definitions that come with the engine: the EICAR test file, by which anyone can see that a scanner works. As its authors define it
/// (https://www.eicar.org/download-anti-malware-testfile/), an object is the test file when it begins with 68 known characters and goes on, to at
/// most 128 bytes, with nothing but spaces, tabs, line ends and Ctrl-Z.
/// </summary>
internal static class BuiltInDefinitions
{
    /// <summary>Their source in listings and detections.</summary>
    public const string Source = "built-in";

    public static void AddTo(IDefinitionSink sink)
    {
        // In pieces, so that no other scanner takes this program for the test file.
        byte[] text = [.. @"X5O!P%@AP[4\PZX54(P^)"u8, .. "7CC)7}$EICAR-STAN"u8, .. "DARD-ANTIVIRUS-TE"u8, .. "ST-FILE!$H+H*"u8];
        var start = new BytePattern(
            [new MaskedBytes([.. text], [.. Enumerable.Repeat((byte)0xFF, text.Length)])], PatternModifiers.None, new(OffsetKind.Absolute));
        var starts = new MatchCount([0], ComparisonOperator.Greater, 0);
        var end = new RegexPattern(@"\A.{68}[ \t\r\n\x1a]*\z", RegexFlags.DotAll, starts, OffsetConstraint.Anywhere);
        sink.Add(new Definition
        {
            Name = "Eicar-Test-Signature",
            Location = new(Source, 1),
            Subpatterns = [start, end],
            Condition = new AllOf([starts, new MatchCount([1], ComparisonOperator.Greater, 0), new FactInRange(ObjectFact.Size, 68, 128)]),
        });
    }
}
