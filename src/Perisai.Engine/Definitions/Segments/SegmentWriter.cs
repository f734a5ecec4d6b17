using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Perisai.Engine.Bytes;

namespace Perisai.Engine.Definitions.Segments;

/// <summary>Writes a segment to a temporary file beside its place, which replaces what is there when it is whole and on disk.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private static ReadOnlySpan<byte> Zeros => new byte[SegmentFormat.SectionAlignment];
    private readonly ReplacementFile? _replacement;
    private FileStream? _taken;
    private readonly FileStream _file;
    private readonly List<SegmentSection> _sections = [];
    private readonly List<ulong> _checksums = [];

    public SegmentWriter(string path)
    {
        _replacement = ReplacementFile.Create(path, 1 << 20);
        _file = _replacement.Stream;
        LeaveRoomForHeader();
    }

    private SegmentWriter(FileStream file)
    {
        _file = file;
        LeaveRoomForHeader();
    }

    /// <summary>Writes to a temporary file that has no name: <see cref="TakeFile"/> gives it, and nothing is left when it is closed.</summary>
    public static SegmentWriter CreateTemporary()
    {
        var path = Path.Combine(Path.GetTempPath(), $"perisai-{Guid.NewGuid():n}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None | FileShare.Delete, 1 << 20);
        File.Delete(path);
        return new(file);
    }

    /// <summary>The completed temporary file, which is the caller's from then on.</summary>
    public FileStream TakeFile() => _taken ?? throw new InvalidOperationException("The segment is not complete.");

    public void Add<T>(SectionKind kind, uint parameter, ReadOnlySpan<T> items)
        where T : unmanaged => Add(kind, parameter, MemoryMarshal.AsBytes(items));

    /// <summary>Adds a section; an empty one is left out.</summary>
    public unsafe void Add(SectionKind kind, uint parameter, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (_sections.Count == SegmentFormat.MaximumSections)
            throw new InvalidOperationException("A segment has no room for another section.");
        var padding = (int)(-_file.Position & (SegmentFormat.SectionAlignment - 1));
        _file.Write(Zeros[..padding]);
        var section = new SegmentSection
        {
            Kind = kind,
            Parameter = parameter,
            Offset = (ulong)_file.Position,
            Length = (ulong)bytes.Length,
            FirstChecksum = (ulong)_checksums.Count,
        };
        SHA256.HashData(bytes, new Span<byte>(section.Sha256, 32));
        if (kind != SectionKind.BlockChecksums)
        {
            for (var at = 0; at < bytes.Length; at += SegmentFormat.BlockLength)
                _checksums.Add(XxHash3.HashToUInt64(bytes.Slice(at, Math.Min(SegmentFormat.BlockLength, bytes.Length - at))));
        }

        _file.Write(bytes);
        _sections.Add(section);
    }

    /// <summary>Completes the file, which yet lacks its place. Returns its name by content and its length.</summary>
    public unsafe (string Sha256, long Length) Complete(DateTimeOffset created)
    {
        Add<ulong>(SectionKind.BlockChecksums, 0, CollectionsMarshal.AsSpan(_checksums));
        var bytes = new byte[SegmentFormat.HeaderLength];
        ref var header = ref MemoryMarshal.AsRef<SegmentHeader>(bytes.AsSpan(0, sizeof(SegmentHeader)));
        SegmentFormat.Magic.CopyTo(bytes);
        header.Version = SegmentFormat.Version;
        header.SectionCount = (uint)_sections.Count;
        header.FileLength = (ulong)_file.Position;
        header.CreatedUnixSeconds = created.ToUnixTimeSeconds();
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_sections)).CopyTo(bytes.AsSpan(sizeof(SegmentHeader)));
        var identity = SHA256.HashData(bytes);
        identity.CopyTo(bytes.AsSpan(sizeof(SegmentHeader) - 32));
        var length = _file.Position;
        _file.Position = 0;
        _file.Write(bytes);
        if (_replacement is null)
        {
            _file.Flush();
            _taken = _file;
        }

        return (Convert.ToHexStringLower(identity), length);
    }

    /// <summary>Puts the completed file in its place.</summary>
    public void PutInPlace() => _replacement!.PutInPlace();

    /// <summary>Removes the temporary file unless it was put in place or taken.</summary>
    public void Dispose()
    {
        if (_replacement is not null)
            _replacement.Dispose();
        else if (_taken is null)
            _file.Dispose();
    }

    private void LeaveRoomForHeader()
    {
        _file.SetLength(SegmentFormat.HeaderLength);
        _file.Position = SegmentFormat.HeaderLength;
    }
}
