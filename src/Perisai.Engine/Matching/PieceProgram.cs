using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Perisai.Engine.Matching;

/// <summary>
/// The stored form of a piece with gaps, alternatives or tests. A sequence is a count (16 bits) and the offsets of its nodes from the
/// program's start (32 bits each), so that it can be walked both ways from the anchor. All numbers are little-endian.
/// </summary>
/// <remarks>
/// Nodes: <c>1 · length16 · values · masks</c>; <c>2 · min32 · max32</c>; <c>3 · negated8 · count16 · fixed32 · offset32 …</c> (each offset
/// a sequence); <c>4 · test8 · negated8</c>; <c>5 · value8 · mask8 · min8 · max8 · before8</c>.
/// </remarks>
internal static class PieceProgram
{
    public const byte Bytes = 1;
    public const byte Gap = 2;
    public const byte Alternatives = 3;
    public const byte Test = 4;
    public const byte NearByte = 5;

    /// <summary>Alternatives within alternatives, at most.</summary>
    public const int MaximumNesting = 8;

    public static byte[] Encode(ImmutableArray<PieceNode> nodes)
    {
        var output = new List<byte>();
        WriteSequence(output, nodes);
        return [.. output];
    }

    private static int WriteSequence(List<byte> output, ImmutableArray<PieceNode> nodes)
    {
        var start = output.Count;
        Write16(output, nodes.Length);
        var index = output.Count;
        for (var i = 0; i < nodes.Length; i++)
            Write32(output, 0);
        for (var i = 0; i < nodes.Length; i++)
        {
            Patch32(output, index + (4 * i), output.Count);
            WriteNode(output, nodes[i]);
        }

        return start;
    }

    private static void WriteNode(List<byte> output, PieceNode node)
    {
        switch (node)
        {
            case BytesNode bytes:
                output.Add(Bytes);
                Write16(output, bytes.Values.Length);
                output.AddRange(bytes.Values);
                output.AddRange(bytes.Masks);
                break;
            case GapNode gap:
                output.Add(Gap);
                Write32(output, gap.Minimum);
                Write32(output, gap.Maximum);
                break;
            case TestNode test:
                output.Add(Test);
                output.Add((byte)test.Test);
                output.Add(test.Negated ? (byte)1 : (byte)0);
                break;
            case NearByteNode near:
                output.AddRange([NearByte, near.Value, near.Mask, checked((byte)near.Minimum), checked((byte)near.Maximum), near.IsBefore ? (byte)1 : (byte)0]);
                break;
            case AlternativesNode alternatives:
                output.Add(Alternatives);
                output.Add(alternatives.Negated ? (byte)1 : (byte)0);
                Write16(output, alternatives.Sequences.Length);
                Write32(output, alternatives.FixedLength);
                var index = output.Count;
                for (var i = 0; i < alternatives.Sequences.Length; i++)
                    Write32(output, 0);
                for (var i = 0; i < alternatives.Sequences.Length; i++)
                    Patch32(output, index + (4 * i), WriteSequence(output, alternatives.Sequences[i]));
                break;
            default:
                throw new ArgumentException($"No stored form for {node.GetType().Name}.", nameof(node));
        }
    }

    private static void Write16(List<byte> output, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        output.AddRange(bytes);
    }

    private static void Write32(List<byte> output, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        output.AddRange(bytes);
    }

    private static void Patch32(List<byte> output, int at, int value)
    {
        for (var i = 0; i < 4; i++)
            output[at + i] = (byte)(value >> (8 * i));
    }
}
