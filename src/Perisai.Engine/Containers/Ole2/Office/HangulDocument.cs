using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>
/// Documents of Hangul 5 ("HWP Document Files 5.0"): a stream of flags, and others that are raw deflate where a flag says so.
/// </summary>
internal sealed class HangulDocument
{
    private const uint IsCompressedFlag = 1;
    private const uint IsEncryptedFlag = 2;
    private const int FlagsOffset = 36;

    private readonly uint _flags;
    private bool _isReported;

    private HangulDocument(uint flags) => _flags = flags;

    private static ReadOnlySpan<byte> Mark => "HWP Document File"u8;

    /// <summary>The document that a file is; null where it is none.</summary>
    public static HangulDocument? Find(Ole2File file)
    {
        Span<byte> header = stackalloc byte[FlagsOffset + 4];
        foreach (var entry in file.Entries)
        {
            if (!entry.IsStream || entry.Name != "FileHeader")
                continue;
            if (file.Open(entry).Read(0, header) == header.Length && header.StartsWith(Mark))
                return new(BinaryPrimitives.ReadUInt32LittleEndian(header[FlagsOffset..]));
        }

        return null;
    }

    /// <summary>Hands a stream on decompressed. False: stop.</summary>
    public bool Read(Ole2File file, Ole2Entry entry)
    {
        var sink = file.Sink;
        var storage = entry.Parent?.Name;
        if (!(storage is "BodyText" or "BinData" or "Scripts" or "ViewText" or "DocHistory" || entry.Name == "DocInfo"))
            return true;
        if ((_flags & IsEncryptedFlag) != 0 || storage == "ViewText")
        {
            if (_isReported)
                return true;
            _isReported = true;
            return sink.AddNotScanned(new(entry.Path), NotScannedReason.Encrypted, "A document of Hangul with a password, or for distribution.");
        }

        var source = file.Open(entry);
        return (_flags & IsCompressedFlag) == 0 || !IsDeflated(source, sink.Budget)
            || OfficeContent.AddDeflate(sink, new($"{entry.Path}.inflated"), source, 0, source.Length);
    }

    /// <summary>Whether it is compressed: pictures that would not shrink may be stored.</summary>
    private static bool IsDeflated(ByteSource source, ScanBudget budget)
    {
        using var input = new CodecInput(source, 0, source.Length, budget);
        using var content = CodecStreams.Deflate(input);
        try
        {
            return content.Read(stackalloc byte[64]) > 0;
        }
        catch (CodecException)
        {
            return false;
        }
    }
}
