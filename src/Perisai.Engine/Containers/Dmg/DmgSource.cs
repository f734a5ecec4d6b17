using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;
using Perisai.Engine.Containers.Codecs.Lzfse;
using Perisai.Engine.Containers.VirtualDisks;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Dmg;

/// <summary>The disk of an image, with random access: chunks are decoded when they are read, and a few are kept.</summary>
internal sealed class DmgSource : ByteSource
{
    private const long HoleFloor = 64L << 20;
    private const int ZlibHeaderLength = 2;

    /// <summary>Chunks are usually 256 KiB or 1 MiB long.</summary>
    public const int MaxChunk = 16 << 20;

    private readonly ByteSource _file;
    private readonly DmgChunk[] _chunks;
    private readonly long[] _starts;
    private readonly ScanBudget _budget;
    private readonly DecodedBlocks _decoded;
    private readonly CodecInput _input;
    private readonly InflateStream _inflate;
    private readonly LzfseDecoder _lzfse = new();

    /// <param name="chunks">In the order of their places on the disk.</param>
    public DmgSource(ByteSource file, DmgChunk[] chunks, long length, ScanBudget budget)
    {
        (_file, _chunks, Length, _budget) = (file, chunks, length, budget);
        _starts = [.. chunks.Select(chunk => chunk.Start)];
        _decoded = new(budget, chunks.Length);
        _input = new(budget);
        _inflate = new(_input);
        Ranges = FindRanges();
    }

    public override long Length { get; }

    public override IReadOnlyList<ByteRange>? Ranges { get; }

    /// <summary>How often a chunk could not be decoded; its rest reads as zeros.</summary>
    public int Damaged { get; private set; }

    /// <summary>Where the first such chunk is stored.</summary>
    public long FirstDamage { get; private set; } = -1;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length)
            return 0;
        if (destination.Length > Length - offset)
            destination = destination[..(int)(Length - offset)];
        for (var done = 0; done < destination.Length;)
            done += ReadPart(offset + done, destination[done..]);
        return destination.Length;
    }

    protected override void Dispose(bool disposing)
    {
        _inflate.Dispose();
        _input.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads what one chunk, or the room before the next one, holds.</summary>
    private int ReadPart(long at, Span<byte> part)
    {
        var index = Array.BinarySearch(_starts, at);
        index = index < 0 ? ~index - 1 : index;
        var end = index + 1 < _chunks.Length ? _starts[index + 1] : Length;
        if (index < 0 || at >= _chunks[index].Start + _chunks[index].Length)
        {
            part = part[..(int)Math.Min(part.Length, end - at)];
            part.Clear();
            return part.Length;
        }

        var chunk = _chunks[index];
        var within = at - chunk.Start;
        part = part[..(int)Math.Min(part.Length, Math.Min(chunk.Length - within, Math.Max(1, end - at)))];
        if (chunk.IsHole)
        {
            part.Clear();
        }
        else if (chunk.Kind == DmgChunkKind.Plain)
        {
            var count = within < chunk.Stored ? _file.Read(chunk.Offset + within, part[..(int)Math.Min(part.Length, chunk.Stored - within)]) : 0;
            part[count..].Clear();
        }
        else if (chunk.Length > MaxChunk || !chunk.IsKnown)
        {
            part.Clear();
        }
        else
        {
            ContentOf(index, chunk).AsSpan((int)within, part.Length).CopyTo(part);
        }

        return part.Length;
    }

    private byte[] ContentOf(int index, in DmgChunk chunk)
    {
        if (_decoded.Find(index) is { } known)
            return known;
        var content = _decoded.Add(index, (int)chunk.Length);
        var done = 0;
        try
        {
            done = Decode(chunk, content);
        }
        catch (CodecException)
        {
            // Counted with what is too short.
        }

        if (done < content.Length && _budget.CheckTime())
        {
            Damaged++;
            FirstDamage = FirstDamage < 0 ? chunk.Offset : FirstDamage;
        }

        content.AsSpan(done).Clear();
        return content;
    }

    private int Decode(in DmgChunk chunk, byte[] content)
    {
        _input.Reset(_file, chunk.Offset, chunk.Stored);
        switch (chunk.Kind)
        {
            case DmgChunkKind.Zlib:
                return BlockDecoding.Inflate(_input, _inflate, ZlibHeaderLength, content);
            case DmgChunkKind.Bzip2:
                using (var bzip2 = CodecStreams.Bzip2(_input))
                    return BlockDecoding.Fill(bzip2, content);
            case DmgChunkKind.Lzma:
                using (var xz = CodecStreams.Xz(_input))
                    return BlockDecoding.Fill(xz, content);
            default:
                var stored = new byte[Math.Min(chunk.Stored, MaxChunk)];
                var count = _file.Read(chunk.Offset, stored);
                _budget.ChargeRead(count);
                return chunk.Kind == DmgChunkKind.Adc
                    ? AdcDecoder.Decode(stored.AsSpan(0, count), content) : _lzfse.Decode(stored.AsSpan(0, count), content);
        }
    }

    private IReadOnlyList<ByteRange>? FindRanges()
    {
        var list = new RangeList();
        foreach (var chunk in _chunks)
        {
            if (!chunk.IsHole)
                list.Add(chunk.Start, Math.Min(chunk.Length, Length - chunk.Start));
        }

        return Length - list.Ranges.Sum(range => range.Length) < HoleFloor ? null : list.Ranges;
    }
}
