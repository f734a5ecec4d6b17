namespace Perisai.Engine;

/// <summary>Which numbers of persons and payment cards in texts are worth an <see cref="Observation"/>, Structured.CreditCardNumber or Structured.SSN.</summary>
public sealed record StructuredDataOptions
{
    /// <summary>So many numbers of payment cards in one object; 0 looks for none.</summary>
    public int CardCount { get; init; } = 3;

    /// <summary>Count also cards of shops, and others that are no credit cards.</summary>
    public bool WithStoreCards { get; init; } = true;

    /// <summary>So many social security numbers in one object; 0 looks for none.</summary>
    public int PersonCount { get; init; } = 3;

    /// <summary>Those with hyphens: 000-00-0000.</summary>
    public bool WithHyphens { get; init; } = true;

    /// <summary>Those without.</summary>
    public bool WithoutHyphens { get; init; }
}
