namespace Perisai.Engine.Containers.Uuencode;

/// <summary>Reads files of uuencoded blocks, with other text around them.</summary>
internal sealed class UuencodeReader : IContainerReader
{
    public static readonly UuencodeReader Instance = new();

    public string Name => "uuencode";

    public FormatDescription Description { get; } = new(
        "uuencode (uu)",
        "every block, historical and base64",
        "POSIX.1-2017, uuencode")
    {
        Gaps = "xxencode",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var input = new Codecs.CodecInput(source, 0, source.Length, sink.Budget);
        if (new TextBlocks(input, sink).Run() == 0)
            sink.AddFault(UuencodeFaults.NoBlock, -1);
    }
}
