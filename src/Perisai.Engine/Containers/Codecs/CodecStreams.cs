using System.Diagnostics.CodeAnalysis;
using Perisai.Engine.Containers.Codecs.Bzip2;
using Perisai.Engine.Containers.Codecs.Compress;
using Perisai.Engine.Containers.Codecs.Gzip;
using Perisai.Engine.Containers.Codecs.Inflate;
using Perisai.Engine.Containers.Codecs.Legacy;
using Perisai.Engine.Containers.Codecs.Lz4;
using Perisai.Engine.Containers.Codecs.Lzip;
using Perisai.Engine.Containers.Codecs.Lzma;
using Perisai.Engine.Containers.Codecs.Xz;
using Perisai.Engine.Containers.Codecs.Zstd;
using SharpCompress.Compressors.PPMd;

namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// Opens the decoders. None of them reads or throws before it is read from, and all of them throw nothing but
/// <see cref="CodecException"/>. Disposing the stream returns its buffers, and leaves the input to its owner.
/// </summary>
[SuppressMessage("Reliability", "CA2000", Justification = "The caller owns the streams; an input without a source holds no buffer.")]
internal static class CodecStreams
{
    /// <summary>Raw deflate (RFC 1951).</summary>
    public static DecoderStream Deflate(CodecInput input) => new InflateStream(input);

    public static DecoderStream Deflate64(CodecInput input) => new InflateStream(input, deflate64: true);

    public static DecoderStream Gzip(CodecInput input) => new GzipStream(input);

    public static DecoderStream Bzip2(CodecInput input) => new Bzip2Stream(input);

    public static DecoderStream Xz(CodecInput input) => new XzStream(input);

    /// <summary>LZMA alone (.lzma), with its header.</summary>
    public static DecoderStream Lzma(CodecInput input) => new LzmaStream(input);

    /// <summary>LZMA without a header: five bytes of properties; <paramref name="length"/> is -1 where an end marker tells it.</summary>
    public static DecoderStream LzmaRaw(CodecInput input, ReadOnlySpan<byte> properties, long length) => new LzmaStream(input, properties, length);

    /// <summary>LZMA2 without a header; <paramref name="property"/> is the byte that stands for the dictionary size.</summary>
    /// <exception cref="CodecException">There is no such property.</exception>
    public static DecoderStream Lzma2Raw(CodecInput input, byte property, long length) =>
        new Lzma2Stream(input, XzStream.Lzma2DictionarySize(property), length < 0 ? long.MaxValue : length);

    public static DecoderStream Lzip(CodecInput input) => new LzipStream(input);

    public static DecoderStream Zstd(CodecInput input) => new ZstdStream(input);

    public static DecoderStream Lz4(CodecInput input) => new Lz4Stream(input);

    /// <summary>The LZW of compress (.Z).</summary>
    public static DecoderStream CompressZ(CodecInput input) => new CompressStream(input);

    /// <summary>LZMA as method 14 of zip: a version, the length of the properties and the properties come first.</summary>
    public static DecoderStream LzmaInZip(CodecInput input, long length) => new LzmaStream(input, length);

    /// <summary>Method 1 of zip.</summary>
    public static DecoderStream Shrink(CodecInput input) => new ShrinkStream(input);

    /// <summary>Methods 2 to 5 of zip.</summary>
    public static DecoderStream Reduce(CodecInput input, int factor, long length) => new ReduceStream(input, factor, length);

    /// <summary>Method 6 of zip.</summary>
    public static DecoderStream Implode(CodecInput input, bool largeWindow, bool codedLiterals, long length) =>
        new ImplodeStream(input, largeWindow, codedLiterals, length);

    /// <summary>PPMd of 7z, variant H, with its five bytes of properties.</summary>
    public static DecoderStream Ppmd(CodecInput input, byte[] properties, long length) => new Ppmd.PpmdStream(input, properties, length);

    /// <summary>PPMd as method 98 of zip, variant I; two bytes of properties come first.</summary>
    public static DecoderStream PpmdInZip(CodecInput input, long length) => new LibraryStream(
        input,
        (stream, memory) =>
        {
            var properties = input.Take(2).ToArray();
            return OpenPpmd(memory, new PpmdProperties(properties), stream);
        },
        length);

    private static PpmdStream OpenPpmd(DecoderMemory memory, PpmdProperties properties, Stream stream)
    {
        if (properties.AllocatorSize < 0)
            throw CodecException.TooMuchMemory(properties.AllocatorSize);
        memory.Reserve(properties.AllocatorSize);
        return PpmdStream.Create(properties, stream, false);
    }
}
