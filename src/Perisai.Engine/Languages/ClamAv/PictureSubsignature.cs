using System.Globalization;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A perceptual hash, <c>fuzzy_img#hash[#distance]</c>: 16 hexadecimal digits, and how many bits may differ. ClamAV knows no distance but 0; what
/// follows that is passed over.
/// See https://docs.clamav.net/manual/Signatures/LogicalSignatures.html#image-fuzzy-hash-subsignatures.
/// </summary>
internal static class PictureSubsignature
{
    private const string Name = "fuzzy_img#";
    private const int Digits = 16;

    public static bool IsOne(ReadOnlySpan<char> text) => text.StartsWith(Name);

    public static PicturePattern? Parse(ReadOnlySpan<char> text, int column, ref LineProblem problem)
    {
        var rest = text[Name.Length..];
        var end = rest.IndexOf('#');
        var hash = end < 0 ? rest : rest[..end];
        if (hash.Length != Digits || hash.ContainsAnyExcept("0123456789abcdefABCDEF"))
            return Fail(column + Name.Length, $"The perceptual hash of a picture has {Digits} hexadecimal digits.", ref problem);
        if (end >= 0)
        {
            var distance = rest[(end + 1)..];
            var further = distance.IndexOf('#');
            if (further >= 0)
                distance = distance[..further];
            if (distance is ['+', ..])
                distance = distance[1..];
            if (distance.IsEmpty || distance.ContainsAnyExcept('0'))
                return Fail(column + Name.Length + end + 1, "Of the distance nothing but 0 is known: leave it out.", ref problem);
        }

        return new(ulong.Parse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    private static PicturePattern? Fail(int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(ClamAvBodyFaults.Picture, column, text);
        return null;
    }
}
