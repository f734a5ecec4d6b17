using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Perisai.Engine.Containers.Volumes;

/// <summary>
/// Hands the files of a file system to the sink, each content once, whatever links lead to it. Files that share bytes without being the same
/// are handed on until they are more than two volumes long.
/// </summary>
/// <param name="volume">Where the files' pieces lie.</param>
/// <param name="format">The first word of the fault ids.</param>
internal sealed class VolumeFiles(ByteSource volume, IMemberSink sink, string format)
{
    /// <summary>What small volumes may hold twice and more.</summary>
    private const long OverlapFloor = 64L << 20;

    /// <summary>Longer files in pieces are read where they lie; shorter ones are copied, and wait for others.</summary>
    private const long CopiedLength = 1 << 20;

    /// <summary>Longer paths keep their end.</summary>
    private const int MaxPath = 4096;

    private readonly HashSet<(long Offset, long Length, UInt128 Pieces)> _seen = [];
    private long _total;
    private bool _flooded;

    /// <summary>The path of an entry of a directory; the root's path is empty.</summary>
    public static string Join(string path, string name)
    {
        var joined = path.Length > 0 ? $"{path}/{name}" : name;
        return joined.Length > MaxPath ? joined[^MaxPath..] : joined;
    }

    /// <summary>Adds to the end of a list of pieces; what lies side by side becomes one.</summary>
    public static void Append(List<Piece> pieces, Piece piece)
    {
        if (piece.Length <= 0)
            return;
        if (pieces.Count > 0 && pieces[^1] is var last && ReferenceEquals(last.Source, piece.Source)
            && (piece.Source is null || last.Offset + last.Length == piece.Offset))
            pieces[^1] = last with { Length = last.Length + piece.Length };
        else
            pieces.Add(piece);
    }

    /// <summary>
    /// Adds a file of a length whose content is in these pieces, one after another; what they hold beyond the length is not the file's.
    /// False: stop.
    /// </summary>
    public bool Add(string name, List<Piece> pieces, long length)
    {
        var member = new Member(name) { DeclaredLength = length };
        if (length <= 0)
            return sink.AddSlice(member, volume, 0, 0);
        var clipped = Clip(name, pieces, length);
        if (clipped.Count == 0)
            return !sink.ShouldStop;
        if (!IsNew(clipped, length))
            return !sink.ShouldStop;
        if (clipped.Count == 1 && ReferenceEquals(clipped[0].Source, volume))
            return sink.AddSlice(member, volume, clipped[0].Offset, clipped[0].Length);
        if (length <= CopiedLength)
        {
            using var stream = new PieceStream(clipped);
            return sink.AddStream(member, stream, length);
        }

        using var source = new PieceSource(clipped);
        return sink.AddSlice(member, source, 0, source.Length);
    }

    /// <summary>Adds a file that a decoder produces from the pieces, unless the same pieces were added before. False: stop.</summary>
    public bool AddDecoded(string name, List<Piece> pieces, long length, Stream content)
    {
        var stored = pieces.Sum(piece => piece.Source is null ? 0 : piece.Length);
        if (pieces.Count > 0 && !IsNew(pieces, length))
            return !sink.ShouldStop;
        return sink.AddStream(new Member(name) { DeclaredLength = length }, content, stored);
    }

    private bool IsNew(List<Piece> pieces, long length)
    {
        var first = pieces.Find(piece => piece.Source is not null);
        if (first.Source is not null && !_seen.Add((first.Offset, length, KeyOf(pieces))) || _flooded)
            return false;
        _total += pieces.Sum(piece => piece.Source is null ? 0 : piece.Length);
        // What was cut off a volume is not counted: a cut volume has files beyond it.
        if (_total <= Math.Min(volume.Length, long.MaxValue / 4) * 2 + OverlapFloor)
            return true;
        _flooded = true;
        sink.AddFault($"{format}.overlapping-entries", first.Offset, "The files share their bytes.");
        sink.AddNotScanned(new Member("overlapping files"), NotScannedReason.OverBudget, "Files that share bytes with others were not opened.");
        return false;
    }

    private static UInt128 KeyOf(List<Piece> pieces)
    {
        if (pieces.Count == 1)
            return 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[32];
        foreach (var piece in pieces)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, piece.Source is null ? -1 : piece.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], piece.Length);
            hash.AppendData(bytes[..16]);
        }

        hash.GetHashAndReset(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }

    /// <summary>Cuts off what lies behind the file's or the volume's end.</summary>
    private List<Piece> Clip(string name, List<Piece> pieces, long length)
    {
        var clipped = new List<Piece>(pieces.Count);
        var left = length;
        long there = 0;
        foreach (var piece in pieces)
        {
            var wanted = Math.Min(piece.Length, left);
            if (wanted <= 0)
                continue;
            left -= wanted;
            var source = piece.Source;
            var has = source is null ? wanted : Math.Clamp(source.Length - piece.Offset, 0, wanted);
            there += has;
            Append(clipped, piece with { Length = has });
            // What is missing in the middle is zeros, so that what follows stays in its place.
            if (has < wanted && left > 0)
                Append(clipped, new(null, 0, wanted - has));
        }

        if (there < length)
        {
            var at = pieces.Count > 0 ? pieces[^1].Offset : -1;
            sink.AddLoss($"{format}.extent-outside", at, $"{name}: {there} of {length} bytes are in the volume.");
        }

        if (clipped.Count > 0 && clipped.TrueForAll(piece => piece.Source is null) && there < length)
            clipped.Clear();
        return clipped;
    }
}
