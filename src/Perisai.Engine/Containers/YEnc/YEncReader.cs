using Perisai.Engine.Containers.Uuencode;

namespace Perisai.Engine.Containers.YEnc;

/// <summary>Reads files of yEnc blocks, with other text around them.</summary>
internal sealed class YEncReader : IContainerReader
{
    public static readonly YEncReader Instance = new();

    public string Name => "yenc";

    public FormatDescription Description { get; } = new(
        "yEnc",
        "every block",
        "yEnc draft 1.3")
    {
        Gaps = "parts of several are handed on by themselves and reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var input = new Codecs.CodecInput(source, 0, source.Length, sink.Budget);
        if (new TextBlocks(input, sink).Run() == 0)
            sink.AddFault(UuencodeFaults.NoYEncBlock, -1);
    }
}
