namespace Perisai.Engine.Containers.Ntfs;

/// <summary>The content of a file, or one of its other streams, put together from the attributes that describe it.</summary>
internal sealed class NtfsStream(string name)
{
    private readonly List<(long FirstCluster, byte[] Runs)> _parts = [];

    public string Name { get; } = name;

    /// <summary>The content where it stands in the record itself.</summary>
    public byte[]? Value { get; private set; }

    public long Length { get; private set; }

    public long WrittenLength { get; private set; }

    public bool IsCompressed { get; private set; }

    public bool IsEncrypted { get; private set; }

    public int CompressionUnitBits { get; private set; }

    /// <summary>Whether the attribute that tells the lengths was seen.</summary>
    public bool HasLength { get; private set; }

    /// <summary>Adds an attribute; false where it makes no sense.</summary>
    public bool Add(in NtfsAttribute attribute)
    {
        IsEncrypted |= attribute.IsEncrypted;
        if (attribute.TryGetValue(out var value))
        {
            Value = value.ToArray();
            (Length, WrittenLength, HasLength) = (value.Length, value.Length, true);
            return true;
        }

        if (!attribute.HasRuns)
            return false;
        if (attribute.FirstCluster == 0)
        {
            (Length, WrittenLength, HasLength) = (attribute.Length, attribute.WrittenLength, true);
            (IsCompressed, CompressionUnitBits) = (attribute.IsCompressed, attribute.CompressionUnitBits);
        }

        var first = attribute.FirstCluster;
        if (!_parts.Exists(part => part.FirstCluster == first))
            _parts.Add((first, attribute.Runs.ToArray()));
        return HasLength || first > 0;
    }

    /// <summary>The pieces in order. False: runs make no sense.</summary>
    public bool TryGetPieces(ByteSource source, int clusterLength, List<Piece> pieces)
    {
        var ok = true;
        foreach (var (_, runs) in _parts.OrderBy(part => part.FirstCluster))
            ok &= NtfsRuns.TryRead(runs, source, clusterLength, pieces);
        return ok;
    }
}
