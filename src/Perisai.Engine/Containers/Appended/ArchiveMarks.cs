using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Containers.Appended;

/// <summary>
/// Finds four bytes of zip local headers, 7z, RAR and cabinet archives, PE headers and others in bytes that go by. It is meant to run along
/// with the scanner's own pass, while a block is in the cache. The low four bits of a byte, as index into two pairs of tables, give the two
/// pairs of bytes that may stand there; what passes is compared whole. A first byte must be less than 80.
/// </summary>
internal sealed class ArchiveMarks
{
    /// <summary>More than these are not kept; <see cref="IsFull"/> says so, and the rest has to be searched again.</summary>
    public const int MaxKept = 1024;

    private const int MarkLength = 4;
    private const uint Zip = 0x04034B50;
    private const uint SevenZip = 0xAFBC7A37;
    private const uint Rar = 0x21726152;
    private const uint Cab = 0x4643534D;
    private const uint Program = 0x00004550;
    private const uint SquashFs = 0x73717368;
    private const uint DotNetBundle = 0x1402937B;
    private const uint Ace = 0x2A454341;

    // By the low four bits of the first byte: P is 50, A is 41, R is 52, 7 is 37, M is 4D. Elsewhere 0F or 01, which have other low bits.
    private static readonly Vector128<byte> _firsts = Vector128.Create(
        (byte)'P', (byte)'A', (byte)'R', 0x0F, 0x0F, 0x0F, 0x0F, (byte)'7', 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, (byte)'M', 0x0F, 0x01);

    private static readonly Vector128<byte> _seconds = Vector128.Create(
        (byte)'K', (byte)'C', (byte)'a', 0, 0, 0, 0, (byte)'z', 0, 0, 0, 0, 0, (byte)'S', 0, 0);

    // The second choice: P is 50, h is 68, the byte of the bundle's mark is 7B.
    private static readonly Vector128<byte> _otherFirsts = Vector128.Create(
        (byte)'P', 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, (byte)'h', 0x0F, 0x0F, 0x7B, 0x0F, 0x0F, 0x0F, 0x01);

    private static readonly Vector128<byte> _otherSeconds = Vector128.Create(
        (byte)'E', 0, 0, 0, 0, 0, 0, 0, (byte)'s', 0, 0, 0x93, 0, 0, 0, 0);

    private readonly List<ArchiveMark> _found = [];
    private readonly byte[] _seam = new byte[2 * (MarkLength - 1)];
    private int _seamLength;
    private long _position;
    private bool _isWanted;

    public IReadOnlyList<ArchiveMark> Found => _found;

    /// <summary>True when there may be more marks behind the last one.</summary>
    public bool IsFull => _found.Count >= MaxKept;

    /// <summary>Starts at an offset of an object. What is appended is passed over where marks are not wanted.</summary>
    public void Begin(bool isWanted, long offset = 0)
    {
        _isWanted = isWanted;
        _position = offset;
        _seamLength = 0;
        if (_found.Count > 0)
            _found.Clear();
    }

    /// <summary>Goes on at another offset: what lies between holds nothing.</summary>
    public void GoOn(long offset)
    {
        _position = offset;
        _seamLength = 0;
    }

    /// <summary>The next bytes, directly behind the last ones.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (!_isWanted || IsFull || bytes.IsEmpty)
            return;
        if (_seamLength > 0)
            SearchSeam(bytes);
        Search(bytes, _position);
        _position += bytes.Length;
        // The last bytes that may begin a mark which ends in the next piece.
        if (bytes.Length >= MarkLength - 1)
        {
            _seamLength = MarkLength - 1;
            bytes[^_seamLength..].CopyTo(_seam);
        }
        else
        {
            var kept = Math.Min(_seamLength, MarkLength - 1 - bytes.Length);
            _seam.AsSpan(_seamLength - kept, kept).CopyTo(_seam);
            bytes.CopyTo(_seam.AsSpan(kept));
            _seamLength = kept + bytes.Length;
        }
    }

    private void SearchSeam(ReadOnlySpan<byte> bytes)
    {
        var more = Math.Min(MarkLength - 1, bytes.Length);
        bytes[..more].CopyTo(_seam.AsSpan(_seamLength));
        for (var at = 0; at + MarkLength <= _seamLength + more; at++)
            Check(_seam.AsSpan(at), _position - _seamLength + at);
    }

    private void Search(ReadOnlySpan<byte> bytes, long offset)
    {
        var at = 0;
        if (Avx512BW.IsSupported)
            at = Search512(bytes, offset);
        else if (Avx2.IsSupported)
            at = Search256(bytes, offset);
        else if (Vector128.IsHardwareAccelerated)
            at = Search128(bytes, offset);
        for (; at + MarkLength <= bytes.Length; at++)
            Check(bytes[at..], offset + at);
    }

    private int Search512(ReadOnlySpan<byte> bytes, long offset)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var firsts = Vector512.Create(Vector256.Create(_firsts, _firsts), Vector256.Create(_firsts, _firsts));
        var seconds = Vector512.Create(Vector256.Create(_seconds, _seconds), Vector256.Create(_seconds, _seconds));
        var otherFirsts = Vector512.Create(Vector256.Create(_otherFirsts, _otherFirsts), Vector256.Create(_otherFirsts, _otherFirsts));
        var otherSeconds = Vector512.Create(Vector256.Create(_otherSeconds, _otherSeconds), Vector256.Create(_otherSeconds, _otherSeconds));
        var at = 0;
        for (; at + Vector512<byte>.Count + MarkLength <= bytes.Length; at += Vector512<byte>.Count)
        {
            var first = Vector512.LoadUnsafe(ref start, (nuint)at);
            var second = Vector512.LoadUnsafe(ref start, (nuint)at + 1);
            var hits = Vector512.Equals((Avx512BW.Shuffle(firsts, first) ^ first) | (Avx512BW.Shuffle(seconds, first) ^ second), Vector512<byte>.Zero)
                | Vector512.Equals((Avx512BW.Shuffle(otherFirsts, first) ^ first) | (Avx512BW.Shuffle(otherSeconds, first) ^ second), Vector512<byte>.Zero);
            if (hits != Vector512<byte>.Zero)
                CheckAll(hits.ExtractMostSignificantBits(), bytes, at, offset);
        }

        return at;
    }

    private int Search256(ReadOnlySpan<byte> bytes, long offset)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var firsts = Vector256.Create(_firsts, _firsts);
        var seconds = Vector256.Create(_seconds, _seconds);
        var otherFirsts = Vector256.Create(_otherFirsts, _otherFirsts);
        var otherSeconds = Vector256.Create(_otherSeconds, _otherSeconds);
        var at = 0;
        for (; at + Vector256<byte>.Count + MarkLength <= bytes.Length; at += Vector256<byte>.Count)
        {
            var first = Vector256.LoadUnsafe(ref start, (nuint)at);
            var second = Vector256.LoadUnsafe(ref start, (nuint)at + 1);
            var hits = Vector256.Equals((Avx2.Shuffle(firsts, first) ^ first) | (Avx2.Shuffle(seconds, first) ^ second), Vector256<byte>.Zero)
                | Vector256.Equals((Avx2.Shuffle(otherFirsts, first) ^ first) | (Avx2.Shuffle(otherSeconds, first) ^ second), Vector256<byte>.Zero);
            if (hits != Vector256<byte>.Zero)
                CheckAll(hits.ExtractMostSignificantBits(), bytes, at, offset);
        }

        return at;
    }

    private int Search128(ReadOnlySpan<byte> bytes, long offset)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var at = 0;
        for (; at + Vector128<byte>.Count + MarkLength <= bytes.Length; at += Vector128<byte>.Count)
        {
            var first = Vector128.LoadUnsafe(ref start, (nuint)at);
            var second = Vector128.LoadUnsafe(ref start, (nuint)at + 1);
            // What the shuffle of x86 does by itself: the low four bits choose, and nothing where the highest is set.
            var index = first & Vector128.Create((byte)0x8F);
            var hits = Vector128.Equals((Vector128.Shuffle(_firsts, index) ^ first) | (Vector128.Shuffle(_seconds, index) ^ second), Vector128<byte>.Zero)
                | Vector128.Equals(
                    (Vector128.Shuffle(_otherFirsts, index) ^ first) | (Vector128.Shuffle(_otherSeconds, index) ^ second), Vector128<byte>.Zero);
            if (hits != Vector128<byte>.Zero)
                CheckAll(hits.ExtractMostSignificantBits(), bytes, at, offset);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CheckAll(ulong hits, ReadOnlySpan<byte> bytes, int at, long offset)
    {
        for (; hits != 0; hits &= hits - 1)
        {
            var place = at + BitOperations.TrailingZeroCount(hits);
            Check(bytes[place..], offset + place);
        }
    }

    private void Check(ReadOnlySpan<byte> bytes, long offset)
    {
        ArchiveMarkKind kind;
        switch (BinaryPrimitives.ReadUInt32LittleEndian(bytes))
        {
            case Zip:
                kind = ArchiveMarkKind.Zip;
                break;
            case SevenZip:
                kind = ArchiveMarkKind.SevenZip;
                break;
            case Rar:
                kind = ArchiveMarkKind.Rar;
                break;
            case Cab:
                kind = ArchiveMarkKind.Cab;
                break;
            case Program:
                kind = ArchiveMarkKind.Program;
                break;
            case SquashFs:
                kind = ArchiveMarkKind.SquashFs;
                break;
            case DotNetBundle:
                kind = ArchiveMarkKind.DotNetBundle;
                break;
            case Ace:
                kind = ArchiveMarkKind.Ace;
                break;
            default:
                return;
        }

        if (_found.Count < MaxKept)
            _found.Add(new(offset, kind));
    }
}
