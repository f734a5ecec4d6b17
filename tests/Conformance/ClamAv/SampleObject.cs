namespace Perisai.Conformance.ClamAv;

/// <summary>An object that signatures are made for.</summary>
/// <param name="Name">One word.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record SampleObject(string Name, byte[] Content)
{
    /// <summary>Places that signatures are drawn from, beside those drawn by chance.</summary>
    public IReadOnlyList<int> Places { get; init; } = [];

    /// <summary>What normalised views of it may hold: bodies that are no bytes of the object itself.</summary>
    public IReadOnlyList<string> Views { get; init; } = [];
}
