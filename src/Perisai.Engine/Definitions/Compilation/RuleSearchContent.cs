using System.IO.Hashing;
using System.Runtime.InteropServices;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>All that decides what a search finds, as bytes: two searches of equal content find the same.</summary>
internal readonly struct RuleSearchContent : IEquatable<RuleSearchContent>
{
    private readonly byte[] _bytes;

    private RuleSearchContent(byte[] bytes) => _bytes = bytes;

    public static RuleSearchContent Of(RuleSearch search) => search switch
    {
        // Values and masks are equally long, so that it is clear where the masks begin.
        LiteralSearch literal => new([0, .. BitConverter.GetBytes(literal.Options.ToStored()), .. literal.Bytes.Values, .. literal.Bytes.Masks]),
        AutomatonSearch automaton =>
            new([1, .. BitConverter.GetBytes(automaton.Options.ToStored()), .. MemoryMarshal.AsBytes(automaton.Automaton.Words.AsSpan())]),
        _ => throw new ArgumentException($"No content of {search.GetType().Name}.", nameof(search)),
    };

    public bool Equals(RuleSearchContent other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is RuleSearchContent other && Equals(other);

    public override int GetHashCode() => (int)XxHash3.HashToUInt64(_bytes);
}
