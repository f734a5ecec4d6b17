using System.IO.Compression;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Pdf;

/// <summary>Writes a PDF object by object, with its table at the end. Objects are numbered from 1 in the order in which they are added.</summary>
internal sealed class PdfBuilder
{
    private readonly MemoryStream _bytes = new();
    private readonly List<long> _offsets = [];

    public PdfBuilder() => Write("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");

    public PdfBuilder Add(string value)
    {
        Begin();
        Write($"{value}\nendobj\n");
        return this;
    }

    public PdfBuilder AddStream(string dictionary, byte[] data, string? length = null)
    {
        Begin();
        Write($"<< {dictionary} /Length {length ?? data.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)} >>\nstream\n");
        _bytes.Write(data);
        Write("\nendstream\nendobj\n");
        return this;
    }

    public PdfBuilder AddFlate(string dictionary, byte[] data) => AddStream($"{dictionary} /Filter /FlateDecode", Deflate(data));

    public byte[] Build(string trailer = "")
    {
        var table = _bytes.Position;
        Write($"xref\n0 {_offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in _offsets)
            Write($"{offset:d10} 00000 n \n");
        Write($"trailer\n<< /Size {_offsets.Count + 1} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n");
        return _bytes.ToArray();
    }

    public static byte[] Deflate(byte[] data)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(data);
        return packed.ToArray();
    }

    private void Begin()
    {
        _offsets.Add(_bytes.Position);
        Write($"{_offsets.Count} 0 obj\n");
    }

    private void Write(string text) => _bytes.Write(Encoding.Latin1.GetBytes(text));
}
