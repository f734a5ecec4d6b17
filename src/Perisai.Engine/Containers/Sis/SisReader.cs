using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Sis;

/// <summary>Reads Symbian installation files: those of EPOC 5 to Symbian 8, and those of Symbian 9.</summary>
internal sealed class SisReader : IContainerReader
{
    public static readonly SisReader Instance = new();

    private const uint Symbian9 = 0x10201A7A;

    public string Name => "sis";

    public FormatDescription Description { get; } = new(
        "Symbian installation file (sis, sisx)", "files of every language, stored and deflated, of EPOC 5 to Symbian 8; controllers and data of Symbian 9",
        "The Symbian SIS file format (Alexander Thoukydides); SIS File Format 9.x (Symbian)")
    {
        Limits = "lists nested 16 deep",
        Gaps = "files of Symbian 9 have no names, which the controller keeps apart",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryReadUInt32(out var first))
        {
            sink.AddLoss(SisFaults.TruncatedHeader, 0);
            return;
        }

        if (first == Symbian9)
            new SisFields(source, sink).Run(16, source.Length);
        else
            new SisRecords(source, sink).Run();
    }

    /// <summary>A range that is stored as it is, or behind a zlib header.</summary>
    public static bool Add(ByteSource source, IMemberSink sink, in Member member, long offset, long length, bool isCompressed)
    {
        if (!isCompressed)
            return sink.AddSlice(member, source, offset, length);
        using var input = new CodecInput(source, offset + 2, length - 2, sink.Budget);
        using var decoder = CodecStreams.Deflate(input);
        var more = sink.AddStream(member, decoder, length);
        if (decoder.Finished && member.DeclaredLength >= 0 && decoder.Produced != member.DeclaredLength)
            sink.AddFault(SisFaults.LengthMismatch, offset, member.Name);
        return more;
    }

    public static string Text(ReadOnlySpan<byte> bytes, bool isUnicode) => isUnicode ? Encoding.Unicode.GetString(bytes) : MemberName.Decode(bytes);
}
