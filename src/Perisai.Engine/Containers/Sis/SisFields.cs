namespace Perisai.Engine.Containers.Sis;

/// <summary>
/// The fields of an installation file of Symbian 9: a kind, a length, and bytes up to a multiple of four. Lists hold fields of one kind without
/// repeating it. What is compressed or a file's data is handed on; what only holds fields is gone through.
/// </summary>
internal sealed class SisFields(ByteSource source, IMemberSink sink)
{
    private const int MaxDepth = 16;
    private const uint List = 2;
    private const uint Compressed = 3;
    private const uint Contents = 12;
    private const uint Data = 30;
    private const uint DataUnit = 31;
    private const uint FileData = 32;

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private int _files;

    public void Run(long start, long end) => ReadFields(start, end, 0, 0);

    /// <summary>The fields of a range; of one kind where <paramref name="kind"/> is not 0. False: stop.</summary>
    private bool ReadFields(long start, long end, uint kind, int depth)
    {
        _reader.Position = start;
        while (_reader.Position < end && !sink.ShouldStop)
        {
            var at = _reader.Position;
            var each = kind;
            if (kind == 0 && !_reader.TryReadUInt32(out each) || !TryReadLength(out var length))
            {
                sink.AddLoss(SisFaults.BadRecord, at);
                return false;
            }

            var data = _reader.Position;
            if (length > end - data)
            {
                sink.AddLoss(SisFaults.Truncated, at);
                length = end - data;
            }

            if (!ReadField(each, data, length, depth))
                return false;
            _reader.Position = data + (length + 3 & ~3);
        }

        return !sink.ShouldStop;
    }

    private bool ReadField(uint kind, long data, long length, int depth)
    {
        if (depth > MaxDepth)
        {
            sink.AddLoss(SisFaults.BadRecord, data, "Fields are nested too deep.");
            return false;
        }

        switch (kind)
        {
            case Contents or Data or DataUnit or FileData:
                return ReadFields(data, data + length, 0, depth + 1);
            case List:
                _reader.Position = data;
                return length < 4 || !_reader.TryReadUInt32(out var each) || each == 0 || ReadFields(data + 4, data + length, each, depth + 1);
            case Compressed:
                _reader.Position = data;
                if (length < 12 || !_reader.TryReadUInt32(out var method) || !_reader.TryReadUInt64(out var declared))
                    return true;
                var isFile = depth > 2;
                var member = new Member(isFile ? $"file-{++_files}" : "controller") { DeclaredLength = (long)Math.Min(declared, long.MaxValue) };
                return method > 1
                    ? sink.AddNotScanned(member, NotScannedReason.Unsupported, $"sis: method {method}.")
                    : SisReader.Add(source, sink, member, data + 12, length - 12, method == 1);
            default:
                return true;
        }
    }

    /// <summary>31 bits, or 63 where the highest is set.</summary>
    private bool TryReadLength(out long length)
    {
        length = 0;
        if (!_reader.TryReadUInt32(out var low))
            return false;
        length = low;
        if ((low & 0x80000000) == 0)
            return true;
        if (!_reader.TryReadUInt32(out var high))
            return false;
        length = (low & 0x7FFFFFFF) | (long)(high & 0x7FFFFFFF) << 31;
        return true;
    }
}
