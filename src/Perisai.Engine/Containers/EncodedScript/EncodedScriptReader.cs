using Perisai.Engine.Containers.Views;

namespace Perisai.Engine.Containers.EncodedScript;

/// <summary>
/// Decodes a script that Microsoft's Script Encoder (screnc) wrote (jse, vbe). As in clamscan the member is a page of one script, so that its views
/// are those of a script; further encoded scripts behind the first are decoded too, and what stands between them is kept.
/// </summary>
internal sealed class EncodedScriptReader : IContainerReader
{
    public static readonly EncodedScriptReader Instance = new();

    public string Name => "screnc";

    public FormatDescription Description { get; } = new(
        "Encoded script (JScript.Encode, VBScript.Encode; jse, vbe)",
        "the script, as a page; encoded scripts of pages, see HTML",
        "undocumented; public analyses of Microsoft's Script Encoder, checked with clamscan")
    {
        Gaps = "in texts that begin otherwise and are no pages; characters of more than one byte are taken for two",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var page = new ViewWriter(sink.Budget, isWanted: true);
        using (page)
        {
            page.Write("<script>"u8);
            Decode(source, page, sink);
            page.Write("</script>"u8);
            page.HandOn(new("screnc.html"), sink);
        }
    }

    private static void Decode(ByteSource source, ViewWriter page, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var mark = new MarkSearch();
        ScriptDecoder? decoder = null;
        while (!reader.AtEnd && !sink.ShouldStop && sink.Budget.CheckTime()
            && reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, reader.Remaining), out var block))
        {
            foreach (var value in block)
            {
                if (decoder is not null)
                {
                    if (decoder.TryDecode(value, out var character))
                        page.Write(character);
                    if (decoder.HasEnded)
                        End(ref decoder, reader.Position, sink);
                }
                else if (mark.Take(value, out var held))
                {
                    decoder = new();
                }
                else
                {
                    page.Write(ScriptDecoder.Mark[..held]);
                    if (mark.Held == 0)
                        page.Write(value);
                }
            }
        }

        page.Write(ScriptDecoder.Mark[..mark.Held]);
        End(ref decoder, source.Length, sink);
    }

    private static void End(ref ScriptDecoder? decoder, long offset, IMemberSink sink)
    {
        if (decoder is { IsWhole: false })
            sink.AddLoss(EncodedScriptFaults.Cut, offset);
        else if (decoder is { IsIntact: false } or { HasEnded: false })
            sink.AddFault(EncodedScriptFaults.WrongSum, offset);
        decoder = null;
    }
}
