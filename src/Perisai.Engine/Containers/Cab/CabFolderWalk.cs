namespace Perisai.Engine.Containers.Cab;

/// <summary>
/// Decompresses one folder and cuts it into its files. They should lie one after another; where they overlap, the folder is decompressed
/// again, a limited number of times.
/// </summary>
internal sealed class CabFolderWalk(ByteSource source, IMemberSink sink, CabFolder folder, int reserve) : IDisposable
{
    /// <summary>Programs write no files that overlap; each one costs the whole folder once more.</summary>
    private const int MaxRestarts = 16;

    private CabFolderStream? _stream;
    private long _position;
    private int _restarts;

    public void Run(List<CabFile> files)
    {
        if (!IsSupported())
        {
            foreach (var file in files)
            {
                var method = $"cab: method {(int)folder.Method}, window of {folder.WindowBits} bits.";
                if (!sink.AddNotScanned(Describe(file), NotScannedReason.Unsupported, method))
                    return;
            }

            return;
        }

        // What begins in another cabinet shifts everything behind it by an amount that this cabinet does not tell.
        var lacksStart = files.Exists(file => file.FromPrevious);
        files.Sort((one, other) => one.Start != other.Start ? one.Start.CompareTo(other.Start) : one.Length.CompareTo(other.Length));
        CabFile? previous = null;
        foreach (var file in files)
        {
            var same = previous is not null && previous.Start == file.Start && previous.Length == file.Length && file.Length > 0;
            previous = file;
            if (lacksStart)
            {
                if (!sink.AddNotScanned(Describe(file), NotScannedReason.MissingVolume, "Its folder begins in the cabinet before this one."))
                    return;
            }
            else if (!same && !Add(file))
            {
                return;
            }
        }

        ReportFaults();
    }

    public void Dispose() => _stream?.Dispose();

    private bool IsSupported() => folder.Method switch
    {
        CabMethod.None or CabMethod.MsZip => true,
        CabMethod.Quantum => folder.WindowBits is >= 10 and <= 21,
        CabMethod.Lzx => folder.WindowBits is >= 15 and <= 21,
        _ => false,
    };

    private bool Add(CabFile file)
    {
        if (file.Length == 0)
            return sink.AddSlice(Describe(file), source, 0, 0);
        if (file.Start < _position)
        {
            if (_restarts == 0)
                sink.AddFault(CabFaults.OverlappingFiles, folder.DataOffset, $"{file.Name} shares bytes with another file.");
            if (++_restarts > MaxRestarts)
                return sink.AddNotScanned(Describe(file), NotScannedReason.OverBudget, "Too many files share their bytes.");
            ReportFaults();
            _stream?.Dispose();
            _stream = null;
        }

        if (_stream is null)
        {
            _stream = new(source, folder, reserve, sink.Budget);
            _position = 0;
        }

        using var content = new CabFileStream(_stream, file.Start - _position, file.Length, file.ToNext, sink.Budget);
        var more = sink.AddStream(Describe(file), content, source.Length - Math.Min(folder.DataOffset, source.Length));
        _position = _stream.Produced;
        return more;
    }

    private void ReportFaults()
    {
        foreach (var fault in _stream?.Faults ?? [])
            sink.AddFault(fault.Id, -1, fault.Detail);
    }

    private static Member Describe(CabFile file) => new(file.Name) { DeclaredLength = file.Length };
}
