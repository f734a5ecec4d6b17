using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.Rar;

/// <summary>Goes from block to block and hands each entry on; finds the next where one is damaged.</summary>
internal sealed class RarWalk : IDisposable
{
    private const int MaxFaultsOfAKind = 16;
    private const int MaxLosses = 64;

    private readonly ByteSource _source;
    private readonly IMemberSink _sink;
    private readonly BoundedReader _reader;
    private readonly RarEntryWriter _writer;
    private readonly Dictionary<string, int> _faults = [];
    private int _losses;

    public RarWalk(ByteSource source, IMemberSink sink)
    {
        (_source, _sink) = (source, sink);
        _reader = new(source, sink.Budget);
        _writer = new(source, sink, AddFault, AddLoss);
    }

    public void Run()
    {
        Span<byte> signature = stackalloc byte[RarFormat.Signature5Length];
        _reader.Read(signature);
        if (signature.StartsWith(RarFormat.Signature5))
            Walk(new Rar5Blocks(_reader));
        else if (signature.StartsWith(RarFormat.Signature4))
            Walk(new Rar4Blocks(_reader));
        else
            _sink.AddNotScanned(new Member("archive"), NotScannedReason.Unsupported, "RAR before version 1.5.");
    }

    public void Dispose() => _writer.Dispose();

    private void Walk(RarBlocks blocks)
    {
        long offset = blocks.SignatureLength;
        while (!_sink.ShouldStop)
        {
            if (offset >= _source.Length)
            {
                AddFault(RarFaults.NoEnd, offset, "");
                return;
            }

            var block = blocks.Read(offset);
            if (block is null || !block.ChecksumMatches && block.Kind is not RarBlockKind.File)
            {
                AddLoss(RarFaults.BadHeader, offset, "");
                offset = FindNext(blocks, offset + 1);
                if (offset < 0)
                    return;
                continue;
            }

            if (!block.ChecksumMatches)
                AddFault(RarFaults.WrongHeaderChecksum, offset, block.Entry!.Name);
            if (block.Encryption is not null)
            {
                _sink.AddNotScanned(new Member("archive"), NotScannedReason.Encrypted, "Its headers are encrypted, names too; passwords are not tried on such.");
                return;
            }

            var next = offset + block.HeaderLength + block.DataLength;
            if (block.Kind == RarBlockKind.End)
            {
                ReadEnd(block, next);
                return;
            }

            if (block.Entry is { } entry && !_writer.Write(entry))
                return;
            // What a damaged header says of its data may hide what follows.
            if (next > _source.Length || !block.ChecksumMatches && blocks.Read(next) is not { ChecksumMatches: true })
            {
                var found = FindNext(blocks, offset + block.HeaderLength);
                if (found < 0)
                    return;
                next = found;
            }

            offset = next;
        }
    }

    /// <summary>The next entry behind damage; negative where there is none.</summary>
    private long FindNext(RarBlocks blocks, long from)
    {
        var found = _sink.ShouldStop || ++_losses > MaxLosses ? -1 : blocks.Find(from);
        if (found >= 0)
            AddLoss(RarFaults.LostHeaders, found, "");
        else if (!_sink.ShouldStop)
            _sink.AddNotScanned(new Member("archive"), NotScannedReason.Damaged, $"Nothing can be read behind {from} bytes.");
        return found;
    }

    private void ReadEnd(RarBlock block, long end)
    {
        if (block.IsVolume)
            _sink.AddNotScanned(new Member("archive"), NotScannedReason.MissingVolume, "It goes on in the next volume.");
        var rest = new BoundedReader(_source, _sink.Budget, end);
        while (!rest.AtEnd && _sink.Budget.CheckTime())
        {
            if (!rest.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, rest.Remaining), out var span))
                return;
            if (!span.ContainsAnyExcept((byte)0))
                continue;
            AddFault(RarFaults.TrailingData, end, "");
            _sink.AddSlice(new Member("trailing-data"), _source, end, _source.Length - end);
            return;
        }
    }

    private void AddFault(string id, long offset, string detail)
    {
        var count = ++CollectionsMarshal.GetValueRefOrAddDefault(_faults, id, out _);
        if (count <= MaxFaultsOfAKind)
            _sink.AddFault(id, offset, detail);
    }

    private void AddLoss(string id, long offset, string detail)
    {
        var count = ++CollectionsMarshal.GetValueRefOrAddDefault(_faults, id, out _);
        if (count <= MaxFaultsOfAKind)
            _sink.AddLoss(id, offset, detail);
    }
}
