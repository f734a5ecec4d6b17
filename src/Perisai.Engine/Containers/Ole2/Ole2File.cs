using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>A compound file with its tables read. It gives streams as pieces of the file, without copying them.</summary>
internal sealed class Ole2File : IDisposable
{
    private readonly ByteSource _source;
    private readonly IMemberSink _sink;
    private readonly Ole2Header _header;
    private readonly Ole2Table _table;
    private readonly Ole2Table? _miniTable;
    private readonly Dictionary<Ole2Entry, List<Ole2Entry>> _children = [];
    private long _reserved;

    private Ole2File(ByteSource source, IMemberSink sink, Ole2Header header, Ole2Table table, long reserved)
    {
        (_source, _sink, _header, _table, _reserved) = (source, sink, header, table, reserved);
        if (table.LastUsed() >= source.Length)
            sink.AddLoss(Ole2Faults.Truncated, source.Length, "Sectors behind the file's end are in use.");
        Entries = Ole2Directory.Read(table, header, sink);
        foreach (var entry in Entries)
        {
            if (entry.Parent is not { } parent)
                continue;
            if (!_children.TryGetValue(parent, out var list))
                _children.Add(parent, list = []);
            list.Add(entry);
        }

        if (Entries.FirstOrDefault(static entry => entry.Kind == Ole2Kind.Root) is not { } root)
        {
            sink.AddLoss(Ole2Faults.BadDirectory, -1, "There is no root.");
            return;
        }

        var pieces = table.Follow(root.Start, root.Length, out var isBroken);
        if (isBroken)
            sink.AddLoss(Ole2Faults.BrokenChain, -1, "The stream of the small streams is not whole.");
        if (root.Length > 0)
            _miniTable = Ole2TableReader.ReadMini(table, header, pieces, sink, ref _reserved);
    }

    public IReadOnlyList<Ole2Entry> Entries { get; }

    public ByteSource Source => _source;

    public IMemberSink Sink => _sink;

    /// <summary>Opens a file; null where it cannot be read at all, which was reported.</summary>
    public static Ole2File? Open(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (Ole2Header.Read(reader, sink) is not { } header)
        {
            sink.AddLoss(Ole2Faults.TruncatedHeader, source.Length);
            return null;
        }

        long reserved = 0;
        if (Ole2TableReader.ReadMain(reader, header, sink, ref reserved) is { } table)
            return new(source, sink, header, table, reserved);
        sink.AddNotScanned(new("streams"), NotScannedReason.OverBudget, "The allocation table is too large.", BudgetLimit.DecoderMemory);
        return null;
    }

    /// <summary>The pieces of a stream, as many as there are.</summary>
    public List<Piece> PiecesOf(Ole2Entry entry, out bool isBroken)
    {
        if (entry.Length >= _header.MiniCutoff)
            return _table.Follow(entry.Start, entry.Length, out isBroken);
        if (_miniTable is not null)
            return _miniTable.Follow(entry.Start, entry.Length, out isBroken);
        isBroken = true;
        return [];
    }

    /// <summary>A stream's content, as much of it as there is.</summary>
    public ByteSource Open(Ole2Entry entry) => ToSource(PiecesOf(entry, out _));

    /// <summary>The entries of a storage.</summary>
    public IReadOnlyList<Ole2Entry> ChildrenOf(Ole2Entry storage) => _children.TryGetValue(storage, out var list) ? list : [];

    /// <summary>An entry of a storage by its name, in letters of any case.</summary>
    public Ole2Entry? Find(Ole2Entry? storage, string name)
    {
        if (storage is null || !_children.TryGetValue(storage, out var list))
            return null;
        return list.Find(entry => entry.IsNamed(name));
    }

    public void Dispose() => _sink.Budget.ReleaseMemory(_reserved);

    private static ByteSource ToSource(List<Piece> pieces) =>
        pieces is [{ Source: { } source } only] ? new SliceByteSource(source, only.Offset, only.Length) : new PieceSource(pieces);
}
