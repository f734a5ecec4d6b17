using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.ActiveMime;

/// <summary>
/// Opens the object in which Word and Excel keep a macro project beside a document that is a web page or XML (editdata.mso, oledata.mso): a header of
/// no documented form and a compound file in a zlib stream (RFC 1950). The header holds the distance to the data; usually they begin at byte 50.
/// </summary>
internal sealed class ActiveMimeReader : IContainerReader
{
    /// <summary>Where the header keeps its own length, counted from <see cref="HeaderStart"/>.</summary>
    private const int LengthOffset = 30;

    private const int HeaderStart = 46;
    private const int MarkLength = 10;

    /// <summary>How far the data is searched for where it is at none of its usual places.</summary>
    private const int MaximumHeader = 4096;

    public static readonly ActiveMimeReader Instance = new();

    public string Name => "activemime";

    public FormatDescription Description { get; } = new(
        "ActiveMime (mso)", "the compound file with the macros",
        "undocumented; [RFC 1950](https://www.rfc-editor.org/rfc/rfc1950)");

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan((int)Math.Min(MaximumHeader, reader.Remaining), out var head) || FindData(head) is not (> 0 and var start))
        {
            sink.AddLoss(ActiveMimeFaults.NoData, 0);
            return;
        }

        using var input = new CodecInput(source, start + 2, source.Length, sink.Budget);
        using var content = CodecStreams.Deflate(input);
        sink.AddStream(new Member("") { IsDecompressed = true }, content, source.Length - start);
    }

    /// <summary>Where the zlib stream begins; 0 where there is none.</summary>
    private static int FindData(ReadOnlySpan<byte> head)
    {
        if (head.Length > LengthOffset + 2
            && HeaderStart + BinaryPrimitives.ReadUInt16LittleEndian(head[LengthOffset..]) is var told && IsData(head, told))
            return told;
        for (var at = MarkLength; at < head.Length - 1; at++)
        {
            if (IsData(head, at))
                return at;
        }

        return 0;
    }

    /// <summary>Deflate with a window of 32 KiB, a check that comes out, and no dictionary.</summary>
    private static bool IsData(ReadOnlySpan<byte> head, int at) =>
        at < head.Length - 1 && head[at] == 0x78 && (head[at] << 8 | head[at + 1]) % 31 == 0 && (head[at + 1] & 0x20) == 0;
}
