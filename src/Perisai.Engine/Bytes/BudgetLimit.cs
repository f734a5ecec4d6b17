namespace Perisai.Engine;

/// <summary>Which limit of <see cref="ScanLimits"/> ended a part of a scan.</summary>
public enum BudgetLimit
{
    /// <summary>None.</summary>
    None,

    /// <summary><see cref="ScanLimits.MaxObjectBytes"/>.</summary>
    ObjectBytes,

    /// <summary><see cref="ScanLimits.MaxProducedBytes"/>.</summary>
    ProducedBytes,

    /// <summary><see cref="ScanLimits.MaxDepth"/>.</summary>
    Depth,

    /// <summary><see cref="ScanLimits.MaxObjects"/>.</summary>
    Objects,

    /// <summary><see cref="ScanLimits.MaxTime"/>.</summary>
    Time,

    /// <summary><see cref="ScanLimits.MaxExpansionRatio"/>.</summary>
    ExpansionRatio,

    /// <summary><see cref="ScanLimits.MaxDecoderMemory"/>.</summary>
    DecoderMemory,

    /// <summary>
    /// <see cref="ScanLimits.MaxNormalizedText"/> and <see cref="ScanLimits.MaxNormalizedPage"/>: a text or page has no view, and definitions for such did not see it.
    /// </summary>
    View,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
