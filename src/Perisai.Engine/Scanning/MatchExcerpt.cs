using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>Bytes around a match, kept so that a person can be shown what matched.</summary>
/// <param name="Match">The match.</param>
/// <param name="Start">Offset of the first byte kept.</param>
/// <param name="Bytes">The bytes; where the match is long, only its beginning.</param>
public sealed record MatchExcerpt(MatchRange Match, long Start, ImmutableArray<byte> Bytes)
{
    /// <summary>Excerpts kept for one detection.</summary>
    internal const int MaximumCount = 16;

    /// <summary>Bytes kept of one match, the context apart.</summary>
    internal const int MaximumLength = 256;

    internal static ImmutableArray<MatchExcerpt> Take(ByteSource source, ImmutableArray<MatchRange> matches, int context)
    {
        var excerpts = ImmutableArray.CreateBuilder<MatchExcerpt>();
        foreach (var match in matches.Take(MaximumCount))
        {
            var start = Math.Max(0, match.Offset - context);
            var length = (match.Offset - start) + Math.Min(match.Length, MaximumLength) + context;
            var bytes = new byte[Math.Max(0, Math.Min(length, source.Length - start))];
            try
            {
                var read = source.Read(start, bytes);
                excerpts.Add(new(match, start, [.. bytes.AsSpan(0, read)]));
            }
            catch (IOException)
            {
                // What was detected stands without the bytes that a person would like to see.
                break;
            }
        }

        return excerpts.ToImmutable();
    }
}
