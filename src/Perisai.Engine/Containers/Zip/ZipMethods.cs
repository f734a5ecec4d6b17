using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.Zip;

/// <summary>Opens the decoder of an entry's method. The inflater, which most entries need, is made once and used again.</summary>
internal sealed class ZipMethods : IDisposable
{
    private readonly InflateStream _inflate;

    public ZipMethods(ScanBudget budget)
    {
        Input = new(budget);
        _inflate = new(Input);
    }

    /// <summary>The input of whatever decoder is open.</summary>
    public CodecInput Input { get; }

    /// <summary>Whether the method's data tells its own end.</summary>
    public static bool EndsItself(in ZipEntry entry) => entry.Method is 8 or 9 or 12 or 20 or 93 or 95
        || entry.Method == 14 && (entry.Flags & ZipFlags.Option1) != 0;

    /// <summary>
    /// The decoder over <see cref="Input"/>, which has to be set first; null where the method is not supported. To be given to
    /// <see cref="Close"/>.
    /// </summary>
    /// <param name="length">The length of the output; -1 where it is not known.</param>
    public DecoderStream? Open(in ZipEntry entry, long length)
    {
        switch (entry.Method)
        {
            case ZipFormat.Stored:
                return new LibraryStream(Input, (stream, _) => stream, -1);
            case 1:
                return CodecStreams.Shrink(Input);
            case >= 2 and <= 5:
                return length < 0 ? null : CodecStreams.Reduce(Input, entry.Method - 1, length);
            case 6:
                return length < 0 ? null : CodecStreams.Implode(
                    Input, (entry.Flags & ZipFlags.Option1) != 0, (entry.Flags & ZipFlags.Option2) != 0, length);
            case ZipFormat.Deflated:
                _inflate.Reset();
                return _inflate;
            case 9:
                return CodecStreams.Deflate64(Input);
            case 12:
                return CodecStreams.Bzip2(Input);
            case 14:
                return CodecStreams.LzmaInZip(Input, (entry.Flags & ZipFlags.Option1) != 0 ? -1 : length);
            case 20 or 93:
                return CodecStreams.Zstd(Input);
            case 95:
                return CodecStreams.Xz(Input);
            case 98:
                return length < 0 ? null : CodecStreams.PpmdInZip(Input, length);
            default:
                return null;
        }
    }

    public void Close(DecoderStream decoder)
    {
        if (decoder != _inflate)
            decoder.Dispose();
    }

    public void Dispose()
    {
        _inflate.Dispose();
        Input.Dispose();
    }
}
