using System.Collections.Immutable;
using Perisai.Engine.Containers;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Authenticode;

namespace Perisai.Engine.Scanning;

/// <summary>One object under scan: its bytes, its place in the tree, and what is known of it. Facts are computed when first asked for.</summary>
internal sealed class ObjectContext(ByteSource source, string name, ObjectContext? parent, FileType type, ScanBudget budget)
{
    private ExecutableFacts? _facts;
    private bool _factsRead;
    private ObjectDigests? _digests;
    private ProgramSignature? _signature;
    private bool _signatureRead;

    public ByteSource Source { get; } = source;

    public string Name { get; } = name;

    public ObjectContext? Parent { get; } = parent;

    public FileType Type { get; } = type;

    /// <summary>What its reader found it to be besides its type; Unknown where there is no more to say.</summary>
    public FileType Kind { get; set; }

    public ScanBudget Budget { get; } = budget;

    /// <summary>Digests that were computed ahead; roots only.</summary>
    public PreparedDigests? Prepared { get; init; }

    /// <summary>Whether it is another writing of its parent's content, and no object of its own.</summary>
    public bool IsView { get; init; }

    /// <summary>As what a definition wants it looked at once more; <see cref="FileType.Unknown"/> where none does.</summary>
    public FileType Handler { get; set; }

    /// <summary>Whether it is looked at once more, as what a definition says.</summary>
    public bool IsRetyped { get; init; }

    /// <summary>Whether its digests are looked up: ClamAV takes the views of a page for files, but not that of a text.</summary>
    public bool HasDigests => !IsView || Type == FileType.Html;

    /// <summary>What makes its views; null where it has none.</summary>
    public IContainerReader? Views { get; init; }

    /// <summary>The kind of definitions that its own bytes are matched with, beside those for any object.</summary>
    public ObjectTarget Target { get; init; }

    /// <summary>What it lies in: its parent's, where it is a view of its parent.</summary>
    public ObjectContext? Container => IsView ? Parent?.Container : Parent;

    public int Depth => IsView ? Parent!.Depth : Parent is null ? 1 : Parent.Depth + 1;

    public long Length => Source.Length;

    /// <summary>Names from the root down.</summary>
    public ImmutableArray<string> Path
    {
        get
        {
            var names = ImmutableArray.CreateBuilder<string>(Depth + 1);
            for (var at = this; at is not null; at = at.Parent)
                names.Add(at.Name);
            names.Reverse();
            return names.ToImmutable();
        }
    }

    /// <summary>Facts of an executable, without import list and section names; null for other objects.</summary>
    public ExecutableFacts? Facts
    {
        get
        {
            if (!_factsRead)
            {
                _factsRead = true;
                _facts = ExecutableReader.Read(Type, new BoundedReader(Source, Budget), ExecutableDetails.VersionInformation);
            }

            return _facts;
        }
    }

    /// <summary>A program's signature; null for other objects.</summary>
    public ProgramSignature? Signature
    {
        get
        {
            if (!_signatureRead)
            {
                _signatureRead = true;
                _signature = Type == FileType.Pe && !IsView ? ProgramSignature.Read(new BoundedReader(Source, Budget)) : null;
            }

            return _signature;
        }
    }

    /// <summary>Whether definitions trust who signed it, or a catalogue that lists it; null where nobody asked yet.</summary>
    public bool? IsExcusedProgram { get; set; }

    /// <summary>All digests, computed by reading the object once more; for reports and allow lists.</summary>
    public ObjectDigests Digests => _digests ??= ObjectDigester.Compute(Source, Budget);

    /// <summary>The place that an offset names; null where the object has no such place.</summary>
    public long? PlaceOf(OffsetKind kind, long value, int section) => kind switch
    {
        OffsetKind.Anywhere => 0,
        OffsetKind.Absolute => value,
        OffsetKind.FromEnd => Length - value,
        OffsetKind.EntryPoint => Facts?.EntryPoint + value,
        OffsetKind.Section or OffsetKind.InSection => Facts is { } facts && section < facts.Sections.Length
            ? facts.Sections[section].RawOffset + value : null,
        OffsetKind.LastSection => Facts is { Sections: [.., var last] } ? last.RawOffset + value : null,
        _ => null,
    };

    /// <summary>Whether a match may start at an offset.</summary>
    public bool Allows(OffsetKind kind, long value, uint maximumShift, int section, long start)
    {
        if (kind == OffsetKind.Anywhere)
            return true;
        if (kind == OffsetKind.VersionInformation)
            return Facts is { } version && version.VersionInformationOffsets.Contains(start);
        // A place before the object's start is none: a shift does not bring it in.
        if (PlaceOf(kind, value, section) is not ({ } place and >= 0))
            return false;
        var shift = kind == OffsetKind.InSection ? Facts!.Sections[section].RawLength + maximumShift : maximumShift;
        return start >= place && start - place <= shift;
    }
}
