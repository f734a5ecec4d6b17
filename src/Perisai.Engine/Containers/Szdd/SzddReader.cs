using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Legacy;

namespace Perisai.Engine.Containers.Szdd;

/// <summary>Reads what MS-DOS's compress.exe wrote: SZDD (also QuickBasic's) and KWAJ.</summary>
internal sealed class SzddReader : IContainerReader
{
    public static readonly SzddReader Instance = new();

    public string Name => "szdd";

    public FormatDescription Description { get; } = new(
        "MS-DOS compress (SZDD, KWAJ; ex_)", "SZDD, QuickBasic's SZDD, KWAJ with methods 0 to 4 (stored, inverted, LZSS, LZ and Huffman, MSZIP)",
        "[SZDD and KWAJ, libmspack's description](https://www.cabextract.org.uk/libmspack/doc/szdd_kwaj_format.html)");

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!SzddHeader.TryRead(reader, out var header) || header.DataOffset > source.Length)
        {
            sink.AddLoss(SzddFaults.TruncatedHeader, 0);
            return;
        }

        var member = new Member(header.Name) { DeclaredLength = header.Length, IsDecompressed = true };
        var stored = source.Length - header.DataOffset;
        if (header.Method == SzddMethod.Unknown)
        {
            sink.AddNotScanned(member, NotScannedReason.Unsupported, "kwaj: there is no such method.");
            return;
        }

        if (header.Method == SzddMethod.Stored)
        {
            sink.AddSlice(member, source, header.DataOffset, stored);
            if (header.Length > stored)
                sink.AddLoss(SzddFaults.LengthMismatch, source.Length, $"The header claims {header.Length} bytes.");
            return;
        }

        using var input = new CodecInput(source, header.DataOffset, stored, sink.Budget);
        using var decoder = Open(header, input);
        sink.AddStream(member, decoder, stored);
        if (sink.ShouldStop || !decoder.Finished)
            return;
        if (header.Length >= 0 && decoder.Produced != header.Length)
            sink.AddLoss(SzddFaults.LengthMismatch, source.Length, $"{decoder.Produced} bytes instead of {header.Length}.");
        // Whole methods read a little ahead; what a member may hide behind the data is more than a few bytes of it.
        if (decoder is RingStream or KwajZipStream && decoder.Produced == header.Length)
            TrailingData.Add(source, sink, header.DataOffset + input.Consumed, SzddFaults.TrailingData);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream Open(in SzddHeader header, CodecInput input)
    {
        var length = header.Length < 0 ? long.MaxValue : header.Length;
        return header.Method switch
        {
            SzddMethod.Szdd => new RingStream(input, length, 4096 - 16),
            SzddMethod.QuickBasic => new RingStream(input, length, 4096 - 18),
            SzddMethod.Inverted => new InvertedStream(input),
            SzddMethod.Lzh => new KwajLzhStream(input, length),
            _ => new KwajZipStream(input),
        };
    }
}
