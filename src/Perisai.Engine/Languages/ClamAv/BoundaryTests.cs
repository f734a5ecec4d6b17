using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>What <c>(B)</c>, <c>(L)</c> and <c>(W)</c> mean by their place.</summary>
internal static class BoundaryTests
{
    /// <param name="letter">B, L or W.</param>
    /// <param name="edge">-1 at a part's left edge, 1 at its right edge, 0 within it.</param>
    public static AssertionKind KindOf(char letter, int edge) => (letter, edge) switch
    {
        ('B', < 0) => AssertionKind.BoundaryBefore,
        ('B', > 0) => AssertionKind.BoundaryAfter,
        ('B', _) => AssertionKind.Boundary,
        ('L', < 0) => AssertionKind.LineStart,
        ('L', > 0) => AssertionKind.LineEnd,
        ('L', _) => AssertionKind.LineBreak,
        (_, < 0) => AssertionKind.NonAlphanumericBefore,
        (_, > 0) => AssertionKind.NonAlphanumericAfter,
        _ => AssertionKind.NonAlphanumeric,
    };
}
