namespace Perisai.Engine.Containers.Ntfs;

/// <summary>The file table: records by their number. It describes itself in its first record, over several of them where it is in many pieces.</summary>
internal sealed class NtfsTable : IDisposable
{
    /// <summary>Four million files are forty times what is looked at.</summary>
    private const long MaxRecords = 4 << 20;

    private readonly NtfsVolume _volume;
    private readonly ScanBudget _budget;
    private PieceStream _stream;

    private NtfsTable(NtfsVolume volume, ScanBudget budget, PieceStream stream) => (_volume, _budget, _stream) = (volume, budget, stream);

    public long Records { get; private set; }

    public static NtfsTable? Open(ByteSource source, NtfsVolume volume, IMemberSink sink)
    {
        var record = new byte[volume.RecordLength];
        if (!TryReadFirst(source, volume.TableOffset, record))
        {
            sink.AddFault(NtfsFaults.BadTable, volume.TableOffset, "The first record is taken from its copy.");
            if (!TryReadFirst(source, volume.MirrorOffset, record))
                return null;
        }

        var data = new NtfsStream("");
        if (NtfsFile.Collect(record, "", data) is not true)
            return null;
        var pieces = new List<Piece>();
        if (!data.TryGetPieces(source, volume.ClusterLength, pieces) || pieces.Count == 0)
            return null;
        var table = new NtfsTable(volume, sink.Budget, new(pieces));
        table.Records = table._stream.Length / volume.RecordLength;
        table.AddExtensions(source, record, data, sink);
        var declared = Math.Min(table._stream.Length, data.Length) / volume.RecordLength;
        if (declared > MaxRecords)
            sink.AddLoss(NtfsFaults.TooManyRecords, volume.TableOffset, $"{declared} records.");
        table.Records = Math.Min(declared, MaxRecords);
        return table;
    }

    /// <summary>Reads a record and puts it right. False: it is not there, or not in use; <paramref name="isSound"/> tells the rest.</summary>
    public bool TryRead(long number, byte[] record, out bool isSound)
    {
        isSound = true;
        if (number < 0 || number >= Records)
            return false;
        _stream.Position = number * record.Length;
        var count = _stream.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
        _budget.ChargeRead(count);
        if (count < record.Length)
        {
            isSound = false;
            return false;
        }

        var at = NtfsRecord.FirstAttribute(record);
        if (at < 0)
        {
            // What is not in use still has its mark, or is zeros.
            isSound = record.AsSpan().StartsWith("FILE"u8) || !record.AsSpan(0, 4).ContainsAnyExcept((byte)0);
            return false;
        }

        isSound = NtfsRecord.TryRestore(record);
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private static bool TryReadFirst(ByteSource source, long offset, byte[] record) =>
        source.Read(offset, record) == record.Length && NtfsRecord.FirstAttribute(record) >= 0 && NtfsRecord.TryRestore(record);

    /// <summary>A table in many pieces goes on in records which its beginning holds.</summary>
    private void AddExtensions(ByteSource source, byte[] first, NtfsStream data, IMemberSink sink)
    {
        var known = new HashSet<long> { 0 };
        var record = new byte[_volume.RecordLength];
        foreach (var number in NtfsFile.Extensions(first, source, _volume, sink))
        {
            if (!known.Add(number) || !TryRead(number, record, out _))
                continue;
            NtfsFile.Collect(record, "", data);
            var pieces = new List<Piece>();
            data.TryGetPieces(source, _volume.ClusterLength, pieces);
            _stream.Dispose();
            _stream = new(pieces);
            Records = _stream.Length / _volume.RecordLength;
        }
    }
}
