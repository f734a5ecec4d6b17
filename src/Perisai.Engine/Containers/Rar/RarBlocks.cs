namespace Perisai.Engine.Containers.Rar;

/// <summary>What a block is to us.</summary>
internal enum RarBlockKind
{
    Archive,
    File,
    End,

    /// <summary>RAR 5: all blocks behind this one are encrypted.</summary>
    Encryption,
    Other,
}

/// <summary>A block of either format.</summary>
internal sealed record RarBlock
{
    public RarBlockKind Kind { get; init; }

    public int HeaderLength { get; init; }

    /// <summary>The length of the data behind the header, as told.</summary>
    public long DataLength { get; init; }

    public bool ChecksumMatches { get; init; }

    /// <summary>Of the archive block: part of a set of volumes; of the end block: another volume follows.</summary>
    public bool IsVolume { get; init; }

    public bool IsSolid { get; init; }

    /// <summary>Set where the headers behind are encrypted.</summary>
    public RarEncryption? Encryption { get; init; }

    public RarEntry? Entry { get; init; }
}

/// <summary>Reads the blocks of one of the formats, and finds them again where one is damaged.</summary>
internal abstract class RarBlocks(BoundedReader reader)
{
    /// <summary>How far a lost block is searched for.</summary>
    private const long MaxSearch = 64 << 20;

    public abstract int SignatureLength { get; }

    /// <summary>The block at an offset; null where there is none.</summary>
    public RarBlock? Read(long offset)
    {
        reader.Position = offset;
        if (reader.Position != offset)
            return null;
        // Most headers are short; the window is filled for the long ones only.
        if (!reader.TryPeekSpan((int)Math.Min(reader.Remaining, 512), out var bytes))
            return null;
        if (Parse(bytes, offset) is { } block)
            return block;
        return bytes.Length == reader.Remaining || !reader.TryPeekSpan((int)Math.Min(reader.Remaining, RarFormat.MaxHeaderLength), out bytes)
            ? null : Parse(bytes, offset);
    }

    /// <summary>The offset of the next file or service block whose checksum matches; -1 where there is none.</summary>
    public long Find(long offset)
    {
        var end = Math.Min(reader.Length, offset + MaxSearch);
        while (offset < end && reader.Budget.CheckTime())
        {
            reader.Position = offset;
            if (!reader.TryPeekSpan((int)Math.Min(reader.Remaining, BoundedReader.WindowLength), out var window))
                return -1;
            var last = window.Length == reader.Remaining;
            // A header must not be cut by the window's end.
            var stop = last ? window.Length : window.Length - 4096;
            for (var at = 0; at < stop; at++)
            {
                if (MayBegin(window[at..]) && Parse(window[at..], offset + at) is { Kind: RarBlockKind.File, ChecksumMatches: true })
                    return offset + at;
            }

            if (last)
                return -1;
            offset += stop;
        }

        return -1;
    }

    /// <summary>Parses a block at the beginning of the bytes; null where they do not hold a whole header.</summary>
    protected abstract RarBlock? Parse(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>A cheap test before <see cref="Parse"/>.</summary>
    protected abstract bool MayBegin(ReadOnlySpan<byte> bytes);
}
