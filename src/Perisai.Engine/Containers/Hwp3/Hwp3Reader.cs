using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Hwp3;

/// <summary>Hands on the body of a document of Hangul 3, decompressed: paragraphs, and behind them pictures and objects.</summary>
internal sealed class Hwp3Reader : IContainerReader
{
    public const string Truncated = "hwp3.truncated";

    private const int MarkLength = 30;
    private const int InformationLength = 128;
    private const int SummaryLength = 1008;
    private const int PasswordOffset = MarkLength + 96;
    private const int CompressionOffset = MarkLength + 124;
    private const int BlockLengthOffset = MarkLength + 126;

    public static readonly Hwp3Reader Instance = new();

    public string Name => "hwp3";

    public FormatDescription Description { get; } = new(
        "Hangul document, version 3 (hwp)",
        "the body, decompressed, with pictures and objects as they lie in it",
        "Hancom, HWP Document File Formats 3.0 / HWPML")
    {
        Gaps = "documents with a password",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        Span<byte> header = stackalloc byte[MarkLength + InformationLength];
        if (source.Read(0, header) < header.Length)
        {
            sink.AddLoss(Truncated, source.Length);
            return;
        }

        long start = MarkLength + InformationLength + SummaryLength + BinaryPrimitives.ReadUInt16LittleEndian(header[BlockLengthOffset..]);
        if (start >= source.Length)
            sink.AddLoss(Truncated, source.Length);
        else if (BinaryPrimitives.ReadUInt16LittleEndian(header[PasswordOffset..]) != 0)
            sink.AddNotScanned(new("body"), NotScannedReason.Encrypted);
        else if (header[CompressionOffset] == 0)
            sink.AddSlice(new("body"), source, start, source.Length - start);
        else
            AddDecompressed(source, start, sink);
    }

    private static void AddDecompressed(ByteSource source, long start, IMemberSink sink)
    {
        using var input = new CodecInput(source, start, source.Length - start, sink.Budget);
        using var content = CodecStreams.Deflate(input);
        sink.AddStream(new("body"), content, source.Length - start);
    }
}
