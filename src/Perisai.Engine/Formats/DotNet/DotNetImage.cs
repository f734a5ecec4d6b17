using System.Text;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Formats.DotNet;

/// <summary>
/// The metadata root of a .NET program (ECMA-335, II.24.2): version, streams, heaps. Read as YARA's dotnet module reads it, its limits included.
/// </summary>
internal sealed class DotNetImage
{
    private const int RuntimeHeaderLength = 72;
    private const int MetadataHeaderLength = 16;
    private const uint MetadataMagic = 0x424A5342;
    private const int MaximumVersionLength = 255;
    private const int StreamHeaderLength = 8;
    private const int MaximumStreamNameLength = 32;
    private const int MaximumStringLength = 1024;
    private const ushort LibraryFlag = 0x2000;

    private readonly List<DotNetStream> _streams = [];
    private DotNetStream? _strings;
    private DotNetStream? _blobs;
    private DotNetStream? _tables;

    private DotNetImage(PeImage image, long root, uint resourcesAddress)
    {
        Image = image;
        Root = root;
        ResourcesOffset = image.ToOffset(resourcesAddress);
    }

    public PeImage Image { get; }

    public PagedReader Reader => Image.Reader;

    /// <summary>Where <c>BSJB</c> lies in the file.</summary>
    public long Root { get; }

    /// <summary>Where the resources begin; -1 where their address leads nowhere, and YARA counts on from there.</summary>
    public long ResourcesOffset { get; }

    public byte[]? Version { get; private set; }

    /// <summary>The stream headers as far as they make sense.</summary>
    public IReadOnlyList<DotNetStream> Streams => _streams;

    /// <summary>False where the file ends before the number of streams.</summary>
    public bool HasStreams { get; private set; }

    public DotNetStream? Guids { get; private set; }

    public DotNetStream? UserStrings { get; private set; }

    /// <summary>The tables; null where they or one of the heaps that they need are missing.</summary>
    public DotNetStream? Tables => _strings is not null && _blobs is not null ? _tables : null;

    /// <summary>Null where YARA would not call the program .NET.</summary>
    public static DotNetImage? Read(PeImage image)
    {
        var reader = image.Reader;
        if (!image.TryGetDirectory(PeFormat.RuntimeDirectory, out var address, out _) || image.ToOffset(address) is var header
            && (!reader.Fits(header, RuntimeHeaderLength) || !reader.TryReadUInt32(header, out var headerLength) || headerLength != RuntimeHeaderLength)
            || !reader.TryReadUInt32(header + 8, out var rootAddress) || !reader.TryReadUInt32(header + 24, out var resourcesAddress))
            return null;
        var root = image.ToOffset(rootAddress);
        if (!reader.Fits(root, MetadataHeaderLength) || !reader.TryReadUInt32(root, out var magic) || magic != MetadataMagic
            || !reader.TryReadUInt32(root + 12, out var versionLength) || versionLength is 0 or > MaximumVersionLength || versionLength % 4 != 0
            || !reader.Fits(root + MetadataHeaderLength, versionLength) || !LooksRunnable(image))
            return null;
        var result = new DotNetImage(image, root, resourcesAddress);
        var version = reader.TextUpToZero(root + MetadataHeaderLength, (int)versionLength - 1, out var isTerminated);
        result.Version = isTerminated ? version : null;
        result.ReadStreams(root + MetadataHeaderLength + versionLength + 2);
        return result;
    }

    /// <summary>A string of the #Strings heap; null where there is none or it is longer than 1,024 bytes.</summary>
    public byte[]? String(uint index)
    {
        if (_strings is not { } heap || index >= heap.Length)
            return null;
        var text = Reader.TextUpToZero(heap.Offset + index, MaximumStringLength, out var isTerminated);
        return isTerminated ? text : null;
    }

    /// <summary>As <see cref="String"/>, a character a byte.</summary>
    public string? Name(uint index) => String(index) is { } bytes ? Encoding.Latin1.GetString(bytes) : null;

    /// <summary>An entry of the #Blob heap.</summary>
    public bool TryGetBlob(uint index, out long offset, out int length)
    {
        offset = length = 0;
        return _blobs is { } heap && TryReadBlob(heap.Offset + index, out offset, out length);
    }

    /// <summary>A length (II.24.2.4) and so many bytes; false where they do not lie in the file.</summary>
    public bool TryReadBlob(long at, out long offset, out int length)
    {
        offset = length = 0;
        if (!Reader.TryReadByte(at, out var first))
            return false;
        Span<byte> rest = stackalloc byte[3];
        if ((first & 0x80) == 0)
        {
            (offset, length) = (at + 1, first);
        }
        else if ((first & 0xC0) == 0x80)
        {
            if (!Reader.TryReadByte(at + 1, out var second))
                return false;
            (offset, length) = (at + 2, (first & 0x3F) << 8 | second);
        }
        else if ((first & 0xE0) == 0xC0 && at + 4 < Reader.Length && Reader.TryRead(at + 1, rest))
        {
            (offset, length) = (at + 4, (first & 0x1F) << 24 | rest[0] << 16 | rest[1] << 8 | rest[2]);
        }
        else
        {
            return false;
        }

        return Reader.Fits(offset, length);
    }

    /// <summary>A 32-bit program that is no library must begin with the jump into the runtime; a 64-bit one must have so many directories.</summary>
    private static bool LooksRunnable(PeImage image)
    {
        if (image.Is64Bit)
            return image.DirectoryCount >= PeFormat.RuntimeDirectory;
        return (image.Characteristics & LibraryFlag) != 0
            || image.Reader.TryReadUInt16(image.ToOffset(image.EntryPointAddress), out var jump) && jump == 0x25FF;
    }

    private void ReadStreams(long at)
    {
        // The number has two bytes, of which YARA reads the first.
        if (!Reader.TryReadUInt16(at, out var count))
            return;
        HasStreams = true;
        at += 2;
        for (var i = 0; i < (count & 0xFF); i++)
        {
            var nameAt = at + StreamHeaderLength;
            if (!Reader.TryReadUInt32(at, out var offset) || !Reader.TryReadUInt32(at + 4, out var length)
                || !Reader.Fits(nameAt, MaximumStreamNameLength)
                || Reader.TextUpToZero(nameAt, MaximumStreamNameLength - 1, out var isTerminated) is not { } name || !isTerminated)
                return;
            var stream = new DotNetStream(name, Root + offset, length);
            _streams.Add(stream);
            if (name.AsSpan().StartsWith("#~"u8) || name.AsSpan().StartsWith("#-"u8))
                _tables ??= stream;
            else if (name.AsSpan().StartsWith("#GUID"u8))
                Guids = stream;
            else if (name.AsSpan().StartsWith("#Strings"u8))
                _strings ??= stream;
            else if (name.AsSpan().StartsWith("#Blob"u8))
                _blobs ??= stream;
            else if (name.AsSpan().StartsWith("#US"u8))
                UserStrings ??= stream;
            at = nameAt + name.Length + 4 - name.Length % 4;
        }
    }
}

/// <summary>A stream of the metadata.</summary>
/// <param name="Name">Such as <c>#~</c>.</param>
/// <param name="Offset">In the file.</param>
/// <param name="Length">Stated; the file may be shorter.</param>
internal sealed record DotNetStream(byte[] Name, long Offset, uint Length);
