using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Office;

/// <summary>Hands on parts of streams, as they are or decompressed.</summary>
internal static class OfficeContent
{
    /// <summary>Parts up to this length are copied, so that their digests are computed beside those of others.</summary>
    private const long MaximumCopied = 256 << 10;

    public static bool Add(IMemberSink sink, in Member member, ByteSource source, long offset, long length)
    {
        if (length <= 0)
            return !sink.ShouldStop;
        if (length > MaximumCopied)
            return sink.AddSlice(member, source, offset, length);
        using var stream = new PieceStream(source, offset, length);
        return sink.AddStream(member, stream, length);
    }

    /// <summary>Data in zlib's clothes (RFC 1950): two bytes before, a checksum behind.</summary>
    public static bool AddZlib(IMemberSink sink, in Member member, ByteSource source, long offset, long length) =>
        AddDeflate(sink, member, source, offset + 2, length - 2);

    public static bool AddDeflate(IMemberSink sink, in Member member, ByteSource source, long offset, long length)
    {
        if (length <= 0)
            return !sink.ShouldStop;
        using var input = new CodecInput(source, offset, length, sink.Budget);
        using var content = CodecStreams.Deflate(input);
        return sink.AddStream(member, content, length);
    }
}
