using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Lzma;

namespace Perisai.Engine.Containers.Lzma;

/// <summary>Reads LZMA alone (.lzma).</summary>
internal sealed class LzmaReader() : SingleMemberReader("lzma", CodecStreams.Lzma)
{
    public static readonly LzmaReader Instance = new();

    public override FormatDescription Description { get; } = new(
        "LZMA alone (lzma)",
        "streams with and without a stored length",
        "XZ Utils, lzma-file-format.txt");

    /// <summary>The properties, and the length in eight bytes.</summary>
    private const int HeaderLength = LzmaStream.PropertiesLength + 8;

    /// <summary>
    /// Compressed bytes by which LZMA is told from other data: soon after the first match, these name a distance that reaches before the
    /// beginning. Of 360 000 files and members of a Linux system, 355 have such a header and are none (metadata of Kotlin); the one that
    /// went furthest failed after 16 bytes. A file that is damaged before so few bytes holds nothing that could do harm.
    /// </summary>
    private const int SureLength = 32;

    /// <summary>Bytes of output that are tried, at most. Smaller than every dictionary.</summary>
    private const int TriedOutput = 4096;

    /// <summary>
    /// Whether what has the header of LZMA alone can be decoded as such for some bytes, or to its end. A file that ends early still counts.
    /// </summary>
    public static bool CanBegin(ByteSource source, ScanBudget budget)
    {
        var header = new BoundedReader(source, budget);
        if (!header.TryGetSpan(HeaderLength, out var properties))
            return false;
        using var input = new CodecInput(source, HeaderLength, source.Length - HeaderLength, budget);
        using var decoder = new LzmaStream(input, properties[..LzmaStream.PropertiesLength], TriedOutput);
        Span<byte> output = stackalloc byte[TriedOutput];
        try
        {
            while (decoder.Produced < TriedOutput && decoder.Read(output) > 0)
            {
            }

            return true;
        }
        catch (CodecException)
        {
            return input.Consumed >= SureLength || input.Remaining <= 0;
        }
    }
}
