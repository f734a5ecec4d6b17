namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>PDF, RTF and other pages.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Pages() => new()
    {
        ["pdf"] = new(FileType.Pdf, false, _ => new Pdf.PdfBuilder()
            .Add("<< /Type /Catalog /Pages 2 0 R >>")
            .Add("<< /Type /Pages /Kids [] /Count 0 >>")
            .AddFlate("", Text())
            .AddFlate("", Content())
            .Build())
        {
            EndIsOptional = true,
        },
        ["pdf-objects"] = new(FileType.Pdf, false, _ => new Pdf.PdfBuilder()
            .Add("<< /Type /Catalog /Pages 2 0 R >>")
            .AddFlate("/Type /ObjStm /N 1 /First 4", [.. "2 0 << /Type /Pages /Kids [] /Count 0 >>"u8])
            .AddStream("/Filter /ASCIIHexDecode", System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(Content()) + ">"))
            .Build())
        {
            EndIsOptional = true,
        },
        ["rtf"] = new(FileType.Rtf, false, _ => System.Text.Encoding.ASCII.GetBytes(
            $"{{\\rtf1 {{\\object{{\\*\\objdata {Convert.ToHexString(Rtf.RtfReaderTests.Embedded("Package", Rtf.RtfReaderTests.Package("z.bin", Content())))}}}}}}}")),
        ["swf"] = new(FileType.Swf, false, _ => Swf.SwfReaderTests.Plain(Content())),
        ["swf-zlib"] = new(FileType.Swf, false, _ => Swf.SwfReaderTests.Zlib(Content())),
        ["gif"] = new(FileType.Gif, false, _ => [.. Containers.Images.ImageSamples.Gif, .. Content()]) { MayEndBefore = static sample => sample.Length },
        ["png"] = new(FileType.Png, false, _ => Containers.Images.ImageSamples.Png(Content())) { MayEndBefore = static sample => sample.Length },
        ["jpeg"] = new(FileType.Jpeg, false, _ => [.. Containers.Images.ImageSamples.Jpeg, .. Content()]) { MayEndBefore = static sample => sample.Length },
        ["lnk"] = new(FileType.Lnk, false, _ => [.. SmallPages.SmallPageTests.Link("run"), .. Content()]) { MayEndBefore = static sample => sample.Length },
        ["eps"] = new(FileType.PostScript, false, _ => SmallPages.SmallPageTests.Eps(Text(), Content())) { EndIsOptional = true },
        ["ics"] = new(FileType.Calendar, false, _ => SmallPages.SmallPageTests.Calendar(Content())) { EndIsOptional = true },
        ["vcf"] = new(FileType.VCard, false, _ => SmallPages.SmallPageTests.Contact(Content())) { EndIsOptional = true },
    };
}
