using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>One of the planes that a JPEG is made of, by blocks of 8 by 8 samples.</summary>
internal sealed class JpegComponent
{
    public required int Id { get; init; }

    /// <summary>Blocks in a unit of an interleaved scan, side by side.</summary>
    public required int Across { get; init; }

    /// <summary>Blocks in a unit of an interleaved scan, one below the other.</summary>
    public required int Down { get; init; }

    public required int QuantizationTable { get; init; }

    /// <summary>Blocks that belong to the picture, in a row and in a column: those that a scan of this component alone has.</summary>
    public int OwnBlocksAcross { get; set; }

    public int OwnBlocksDown { get; set; }

    /// <summary>Blocks that are stored: whole units.</summary>
    public int BlocksAcross { get; set; }

    public int BlocksDown { get; set; }

    /// <summary>Samples in a stored row.</summary>
    public int Stride => BlocksAcross * JpegBlock.Side;

    /// <summary>
    /// The samples, row after row. The scans of a progressive picture collect frequencies here first, in two bytes each, block after block.
    /// </summary>
    public byte[] Samples { get; set; } = [];

    /// <summary>The first frequency of the block before, from which the next is counted.</summary>
    public int Prediction { get; set; }

    public JpegHuffmanTable? DcTable { get; set; }

    public JpegHuffmanTable? AcTable { get; set; }

    /// <summary>The factors by which frequencies are multiplied, in the order of the rows.</summary>
    public ushort[] Factors { get; set; } = [];

    /// <summary>The frequencies of a block of a progressive picture.</summary>
    public Span<short> Block(int column, int row) =>
        MemoryMarshal.Cast<byte, short>(Samples.AsSpan()).Slice(((row * BlocksAcross) + column) * JpegBlock.Length, JpegBlock.Length);
}
