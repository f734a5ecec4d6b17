using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Perisai.Engine.Definitions.Segments;

/// <summary>
/// A segment mapped into memory. Opening checks the header (whole), the small sections (by block checksums) and leaves the digest
/// tables and names, nine tenths of a large segment, to be checked block by block as they are used.
/// </summary>
internal sealed unsafe class SegmentFile : IDisposable
{
    private readonly MemoryMappedFile? _mapping;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly SegmentSection[] _sections;
    private readonly ulong* _checksums;
    private readonly int[] _verified;
    private byte* _memory;

    private SegmentFile(string path, MemoryMappedFile mapping, MemoryMappedViewAccessor view, byte* memory, SegmentHeader header)
    {
        Path = path;
        _mapping = mapping;
        _view = view;
        _memory = memory;
        Created = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(header.CreatedUnixSeconds, 0, 253402300799));
        Sha256 = Convert.ToHexStringLower(new ReadOnlySpan<byte>(header.Identity, 32));
        Length = (long)header.FileLength;
        _sections = new ReadOnlySpan<SegmentSection>(memory + sizeof(SegmentHeader), (int)header.SectionCount).ToArray();
        ulong blocks = 0;
        foreach (var section in _sections)
        {
            if (section.Offset < SegmentFormat.HeaderLength || section.Offset % SegmentFormat.SectionAlignment != 0
                || section.Length > int.MaxValue || section.Offset + section.Length > header.FileLength)
                throw Damaged("a section lies outside the file");
            if (section.Kind != SectionKind.BlockChecksums)
                blocks = Math.Max(blocks, section.FirstChecksum + Blocks(section.Length));
        }

        var checksums = Section(SectionKind.BlockChecksums);
        if (checksums.Length != (long)blocks * 8)
            throw Damaged("the block checksums are missing");
        var own = _sections.First(section => section.Kind == SectionKind.BlockChecksums);
        if (!SHA256.HashData(checksums).AsSpan().SequenceEqual(new ReadOnlySpan<byte>(own.Sha256, 32)))
            throw Damaged("the block checksums are damaged");
        _checksums = (ulong*)(memory + own.Offset);
        _verified = new int[((int)blocks + 31) / 32];
        foreach (var section in _sections)
        {
            if (!IsLazy(section.Kind))
                EnsureVerified(section, 0, (long)section.Length);
        }
    }

    public string Path { get; }

    /// <summary>The segment's name by content, lower-case hex.</summary>
    public string Sha256 { get; }

    public DateTimeOffset Created { get; }

    public long Length { get; }

    /// <summary>Opens a segment.</summary>
    /// <exception cref="SegmentException">It is no segment, of another version, truncated or damaged.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SegmentFile Open(string path)
    {
        return Open(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1));
    }

    /// <summary>Opens a segment in a file that is open; it is closed with the segment, and on failure.</summary>
    /// <exception cref="SegmentException">It is no segment, of another version, truncated or damaged.</exception>
    public static SegmentFile Open(string path, FileStream file)
    {
        MemoryMappedFile? mapping = null;
        MemoryMappedViewAccessor? view = null;
        byte* memory = null;
        try
        {
            file.Position = 0;
            var bytes = new byte[SegmentFormat.HeaderLength];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var header = CheckHeader(path, bytes.AsSpan(0, read), file.Length);
            mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
            return new(path, mapping, view, memory, header);
        }
        catch
        {
            if (memory != null)
                view!.SafeMemoryMappedViewHandle.ReleasePointer();
            view?.Dispose();
            mapping?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file begins as a segment does.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith(SegmentFormat.Magic);

    /// <summary>A section's bytes; empty where it is not there. A lazy section must be checked with <see cref="EnsureVerified(SectionKind, uint, long, long)"/>.</summary>
    public ReadOnlySpan<byte> Section(SectionKind kind, uint parameter = 0) =>
        Find(kind, parameter) is { } section ? new ReadOnlySpan<byte>(_memory + section.Offset, (int)section.Length) : default;

    public ReadOnlySpan<T> Section<T>(SectionKind kind, uint parameter = 0)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Section(kind, parameter));

    /// <summary>As <see cref="Section{T}"/>, to be kept.</summary>
    public SegmentArray<T> Array<T>(SectionKind kind, uint parameter = 0)
        where T : unmanaged => new((T*)Pointer(kind, parameter), Section<T>(kind, parameter).Length);

    /// <summary>A section's address; null where it is not there.</summary>
    public byte* Pointer(SectionKind kind, uint parameter = 0) => Find(kind, parameter) is { } section ? _memory + section.Offset : null;

    /// <summary>The parameters under which sections of a kind exist.</summary>
    public IEnumerable<uint> Parameters(SectionKind kind) => _sections.Where(section => section.Kind == kind).Select(section => section.Parameter);

    public void EnsureVerified(SectionKind kind, uint parameter, long offset, long length)
    {
        if (Find(kind, parameter) is { } section)
            EnsureVerified(section, offset, length);
    }

    /// <summary>Reads everything and compares it with the header's SHA-256 sums.</summary>
    /// <exception cref="SegmentException">Something differs.</exception>
    public void VerifyAll()
    {
        foreach (var section in _sections)
        {
            var bytes = new ReadOnlySpan<byte>(_memory + section.Offset, (int)section.Length);
            if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(new ReadOnlySpan<byte>(section.Sha256, 32)))
                throw Damaged($"section {section.Kind} ({section.Parameter}) differs from its SHA-256");
            if (section.Kind != SectionKind.BlockChecksums)
                EnsureVerified(section, 0, (long)section.Length);
        }
    }

    public void Dispose()
    {
        if (_memory == null)
            return;
        _memory = null;
        _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping!.Dispose();
    }

    private static SegmentHeader CheckHeader(string path, Span<byte> bytes, long length)
    {
        if (!HasMagic(bytes))
            throw new SegmentException($"{path}: not a definitions segment (its first bytes are other ones)");
        if (bytes.Length < SegmentFormat.HeaderLength)
            throw new SegmentException($"{path}: truncated: {length} bytes, less than a header");
        var header = MemoryMarshal.Read<SegmentHeader>(bytes);
        if (header.Version != SegmentFormat.Version)
        {
            throw new SegmentException(
                $"{path}: format version {header.Version}; this program reads version {SegmentFormat.Version}. Build it again from its sources.");
        }

        var identity = bytes.Slice(sizeof(SegmentHeader) - 32, 32);
        identity.Clear();
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(new ReadOnlySpan<byte>(header.Identity, 32)))
            throw new SegmentException($"{path}: damaged: the header differs from its SHA-256");
        if ((long)header.FileLength != length)
        {
            throw new SegmentException(
                $"{path}: {((long)header.FileLength > length ? "truncated" : "has bytes after its end")}: {length} bytes where the header says {header.FileLength}");
        }

        if (header.SectionCount > SegmentFormat.MaximumSections)
            throw new SegmentException($"{path}: damaged: {header.SectionCount} sections");
        return header;
    }

    private static bool IsLazy(SectionKind kind) => kind is SectionKind.HashTable or SectionKind.HashSizes or SectionKind.HashNames
        or SectionKind.HashNameIndex or SectionKind.BlockChecksums or SectionKind.GramBitmap;

    private static ulong Blocks(ulong length) => (length + SegmentFormat.BlockLength - 1) / SegmentFormat.BlockLength;

    private SegmentSection? Find(SectionKind kind, uint parameter)
    {
        foreach (ref var section in _sections.AsSpan())
        {
            if (section.Kind == kind && section.Parameter == parameter)
                return section;
        }

        return null;
    }

    private void EnsureVerified(in SegmentSection section, long offset, long length)
    {
        if (length <= 0)
            return;
        var last = (Math.Min(offset + length, (long)section.Length) - 1) / SegmentFormat.BlockLength;
        for (var block = offset / SegmentFormat.BlockLength; block <= last; block++)
        {
            var index = (int)section.FirstChecksum + (int)block;
            ref var word = ref _verified[index >> 5];
            if ((Volatile.Read(ref word) >> (index & 31) & 1) != 0)
                continue;
            var start = block * SegmentFormat.BlockLength;
            var bytes = new ReadOnlySpan<byte>(
                _memory + section.Offset + start, (int)Math.Min(SegmentFormat.BlockLength, (long)section.Length - start));
            if (XxHash3.HashToUInt64(bytes) != _checksums[index])
                throw Damaged($"section {section.Kind} ({section.Parameter}) at byte {(long)section.Offset + start}");
            Interlocked.Or(ref word, 1 << (index & 31));
        }
    }

    private SegmentException Damaged(string what) => new($"{Path}: damaged: {what}. Build or fetch it again.");
}
