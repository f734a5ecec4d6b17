using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats;

namespace Perisai.Engine.Scanning;

/// <summary>One object under scan: its bytes, its place in the tree, and what is known of it. Facts are computed when first asked for.</summary>
internal sealed class ObjectContext(ByteSource source, string name, ObjectContext? parent, FileType type, ScanBudget budget)
{
    private ExecutableFacts? _facts;
    private bool _factsRead;
    private ObjectDigests? _digests;

    public ByteSource Source { get; } = source;

    public string Name { get; } = name;

    public ObjectContext? Parent { get; } = parent;

    public FileType Type { get; } = type;

    public ScanBudget Budget { get; } = budget;

    /// <summary>Digests that were computed ahead; roots only.</summary>
    public PreparedDigests? Prepared { get; init; }

    public int Depth { get; } = parent is null ? 1 : parent.Depth + 1;

    public long Length => Source.Length;

    /// <summary>Names from the root down.</summary>
    public ImmutableArray<string> Path
    {
        get
        {
            var names = ImmutableArray.CreateBuilder<string>(Depth);
            for (var at = this; at is not null; at = at.Parent)
                names.Add(at.Name);
            names.Reverse();
            return names.ToImmutable();
        }
    }

    /// <summary>Facts of an executable; null for other objects.</summary>
    public ExecutableFacts? Facts
    {
        get
        {
            if (!_factsRead)
            {
                _factsRead = true;
                _facts = ExecutableReader.Read(Type, new BoundedReader(Source, Budget));
            }

            return _facts;
        }
    }

    /// <summary>All digests, computed by reading the object once more; for reports and allow lists.</summary>
    public ObjectDigests Digests => _digests ??= ObjectDigester.Compute(Source, Budget);

    /// <summary>Where a match may start; false where the object has no such place.</summary>
    public bool Allows(OffsetKind kind, long value, uint maximumShift, int section, long start)
    {
        switch (kind)
        {
            case OffsetKind.Anywhere:
                return true;
            case OffsetKind.Absolute:
                return Within(start, value, maximumShift);
            case OffsetKind.FromEnd:
                return Within(start, Length - value, maximumShift);
            case OffsetKind.EntryPoint:
                return Facts?.EntryPoint is { } entry && Within(start, entry + value, maximumShift);
            case OffsetKind.Section:
                return Facts is { } facts && section < facts.Sections.Length
                    && Within(start, facts.Sections[section].RawOffset + value, maximumShift);
            case OffsetKind.InSection:
                return Facts is { } inside && section < inside.Sections.Length
                    && Within(start, inside.Sections[section].RawOffset, (ulong)inside.Sections[section].RawLength);
            case OffsetKind.LastSection:
                return Facts is { Sections: [.., var last] } && Within(start, last.RawOffset + value, maximumShift);
            case OffsetKind.VersionInformation:
                return Facts is { } version && version.VersionInformationOffsets.Contains(start);
            default:
                return false;
        }
    }

    private static bool Within(long start, long from, ulong shift) => start >= from && (ulong)(start - from) <= shift;
}
