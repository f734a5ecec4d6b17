namespace Perisai.Engine.Containers.PostScript;

/// <summary>Reads encapsulated PostScript with the binary header of DOS: the program, and its previews as metafile and as TIFF. Others have no parts.</summary>
internal sealed class DosEpsReader : IContainerReader
{
    public static readonly DosEpsReader Instance = new();

    public const string Truncated = "postscript.truncated";

    private static readonly string[] _parts = ["program.ps", "preview.wmf", "preview.tif"];

    public string Name => "postscript";

    public FormatDescription Description { get; } = new(
        "PostScript (ps, eps)", "the parts of files with the binary header of DOS", "Encapsulated PostScript File Format Specification 3.0, 5.2");

    private static ReadOnlySpan<byte> Mark => [0xC5, 0xD0, 0xD3, 0xC6];

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryGetSpan(Mark.Length, out var mark) || !mark.SequenceEqual(Mark))
            return;
        foreach (var part in _parts)
        {
            if (!reader.TryReadUInt32(out var start) || !reader.TryReadUInt32(out var length))
            {
                sink.AddLoss(Truncated, reader.Position);
                return;
            }

            if (length == 0)
                continue;
            if (start + (long)length > source.Length)
                sink.AddLoss(Truncated, source.Length, part);
            if (start < source.Length && !sink.AddSlice(new Member(part), source, start, length))
                return;
        }
    }
}
