using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>
/// The stored form of conditions: a tree in prefix order, little-endian; read by ConditionEvaluator.
/// </summary>
/// <remarks>
/// <c>1 · count16 · operands</c> all of; <c>2 · count16 · operands</c> any of; <c>3 · operand</c> not;
/// <c>4 · operator8 · value32 · distinct16 · count16 · subpattern16 …</c> match count; <c>5 · operator8 · value32 · distinct16 · operand</c> block count;
/// <c>6 · fact8 · min64 · max64</c>; <c>7 · count8 · type8 …</c>;
/// <c>8 · length16 · group · length16 · group · operand</c> with an icon, the groups in UTF-8.
/// </remarks>
internal static class ConditionEncoder
{
    public const byte AllOf = 1;
    public const byte AnyOf = 2;
    public const byte Not = 3;
    public const byte MatchCount = 4;
    public const byte BlockCount = 5;
    public const byte FactInRange = 6;
    public const byte InsideContainers = 7;
    public const byte WithIcon = 8;

    /// <summary>Among types of containers: any. No container is of the type of this number, which is that of unknown data.</summary>
    public const byte AnyContainer = (byte)FileType.Unknown;

    /// <summary>Operands within operands, at most: deeper ones are refused, so that the evaluator may recurse.</summary>
    public const int MaximumDepth = 200;

    public static byte[] Encode(Condition condition)
    {
        var output = new List<byte>();
        Write(output, condition, 0);
        return [.. output];
    }

    private static void Write(List<byte> output, Condition condition, int depth)
    {
        if (depth > MaximumDepth)
            throw new ArgumentException($"The condition is nested deeper than {MaximumDepth} levels.", nameof(condition));
        switch (condition)
        {
            case AllOf all:
                WriteOperands(output, AllOf, all.Operands, depth);
                break;
            case AnyOf any:
                WriteOperands(output, AnyOf, any.Operands, depth);
                break;
            case Not not:
                output.Add(Not);
                Write(output, not.Operand, depth + 1);
                break;
            case MatchCount count:
                output.AddRange([MatchCount, (byte)count.Operator]);
                WriteNumber(output, count.Value, 4);
                WriteNumber(output, count.MinimumDistinct, 2);
                WriteNumber(output, count.Subpatterns.Length, 2);
                foreach (var subpattern in count.Subpatterns)
                    WriteNumber(output, subpattern, 2);
                break;
            case BlockCount block:
                output.AddRange([BlockCount, (byte)block.Operator]);
                WriteNumber(output, block.Value, 4);
                WriteNumber(output, block.MinimumDistinct, 2);
                Write(output, block.Operand, depth + 1);
                break;
            case FactInRange fact:
                output.AddRange([FactInRange, (byte)fact.Fact]);
                WriteNumber(output, fact.Minimum, 8);
                WriteNumber(output, fact.Maximum, 8);
                break;
            case InsideContainers inside:
                output.AddRange([InsideContainers, checked((byte)inside.NearestFirst.Length)]);
                output.AddRange(inside.NearestFirst.Select(type => (byte)type));
                break;
            case WithIcon icon:
                output.Add(WithIcon);
                WriteText(output, icon.FirstGroup);
                WriteText(output, icon.SecondGroup);
                Write(output, icon.Operand, depth + 1);
                break;
            default:
                throw new ArgumentException($"No stored form for {condition.GetType().Name}.", nameof(condition));
        }
    }

    private static void WriteOperands(List<byte> output, byte code, ImmutableArray<Condition> operands, int depth)
    {
        output.Add(code);
        WriteNumber(output, operands.Length, 2);
        foreach (var operand in operands)
            Write(output, operand, depth + 1);
    }

    private static void WriteText(List<byte> output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > ushort.MaxValue)
            throw new ArgumentException("A group of icons has too long a name.", nameof(text));
        WriteNumber(output, bytes.Length, 2);
        output.AddRange(bytes);
    }

    private static void WriteNumber(List<byte> output, long value, int bytes)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(all, value);
        output.AddRange(all[..bytes]);
    }
}
