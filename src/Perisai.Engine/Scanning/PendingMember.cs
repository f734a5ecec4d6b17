using Perisai.Engine.Containers;

namespace Perisai.Engine.Scanning;

/// <summary>A member of a container that was decoded, or lies there as it is, and waits to be scanned.</summary>
internal sealed class PendingMember : IDisposable
{
    private readonly SpooledContent? _spool;
    private List<Finding>? _findings;

    /// <summary>A member that lies in its container.</summary>
    public PendingMember(string name, ByteSource source, in Member member) =>
        (Name, Source, DeclaredType, IsView, HoldsLinks) = (name, source, member.DeclaredType, member.IsView, member.HoldsLinks);

    /// <summary>A member that is being decoded; its source is set when that is done.</summary>
    public PendingMember(string name, SpooledContent spool, in Member member) =>
        (Name, _spool, DeclaredType, IsView, HoldsLinks) = (name, spool, member.DeclaredType, member.IsView, member.HoldsLinks);

    public string Name { get; }

    /// <summary>The type that its container says it has.</summary>
    public FileType DeclaredType { get; }

    /// <summary>Whether it is a view of its parent.</summary>
    public bool IsView { get; }

    /// <summary>Whether its links are compared.</summary>
    public bool HoldsLinks { get; }

    /// <summary>Its bytes; null where they could not be kept.</summary>
    public ByteSource? Source { get; set; }

    /// <summary>Digests that were computed ahead.</summary>
    public PreparedDigests? Digests { get; set; }

    public int SpooledMemory => _spool?.MemoryLength ?? 0;

    /// <summary>What was found while it was decoded.</summary>
    public List<Finding> Findings => _findings ?? [];

    public void Add(Finding finding) => (_findings ??= []).Add(finding);

    public void Dispose()
    {
        Source?.Dispose();
        _spool?.Dispose();
    }
}
