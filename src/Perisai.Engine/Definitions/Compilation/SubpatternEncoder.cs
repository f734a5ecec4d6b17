using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>The stored form of subpatterns that are not searched: regular expressions, byte compares and macros.</summary>
internal static class SubpatternEncoder
{
    public static void Write(Stream output, RegexPattern regex)
    {
        using var writer = new BinaryWriter(output, Encoding.UTF8, leaveOpen: true);
        writer.Write((ushort)regex.Flags);
        writer.Write((byte)regex.Offset.Kind);
        writer.Write(regex.Offset.Value);
        writer.Write(regex.Offset.MaximumShift);
        writer.Write(regex.Offset.Section);
        var trigger = ConditionEncoder.Encode(regex.Trigger);
        writer.Write(trigger.Length);
        writer.Write(trigger);
        var expression = Encoding.Latin1.GetBytes(regex.Expression);
        writer.Write(expression.Length);
        writer.Write(expression);
    }

    public static void Write(Stream output, ByteComparePattern compare)
    {
        using var writer = new BinaryWriter(output, Encoding.UTF8, leaveOpen: true);
        writer.Write((ushort)compare.TriggerSubpattern);
        writer.Write(compare.DistanceFromMatch);
        writer.Write((byte)compare.Encoding);
        writer.Write(compare.LittleEndian);
        writer.Write(compare.ExactLength);
        writer.Write(compare.ByteCount);
        writer.Write((byte)compare.Comparisons.Length);
        foreach (var (comparison, value) in compare.Comparisons)
        {
            writer.Write((byte)comparison);
            writer.Write(value);
        }
    }

    public static void Write(Stream output, MacroPattern macro)
    {
        using var writer = new BinaryWriter(output, Encoding.UTF8, leaveOpen: true);
        writer.Write(macro.Minimum);
        writer.Write(macro.Maximum);
        writer.Write((byte)macro.Group);
    }

    public static MacroPattern ReadMacro(ReadOnlySpan<byte> data) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(data), BinaryPrimitives.ReadInt32LittleEndian(data[4..]), data[8]);

    public static (RegexFlags Flags, OffsetConstraint Offset, byte[] Trigger, string Expression) ReadRegex(ReadOnlySpan<byte> data)
    {
        var flags = (RegexFlags)BinaryPrimitives.ReadUInt16LittleEndian(data);
        var offset = new OffsetConstraint(
            (OffsetKind)data[2], BinaryPrimitives.ReadInt64LittleEndian(data[3..]), BinaryPrimitives.ReadUInt32LittleEndian(data[11..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[15..]));
        var triggerLength = BinaryPrimitives.ReadInt32LittleEndian(data[17..]);
        var trigger = data.Slice(21, triggerLength).ToArray();
        var rest = data[(21 + triggerLength)..];
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        return (flags, offset, trigger, Encoding.Latin1.GetString(rest.Slice(4, length)));
    }

    public static ByteComparePattern ReadByteCompare(ReadOnlySpan<byte> data)
    {
        var count = data[17];
        var comparisons = ImmutableArray.CreateBuilder<(ComparisonOperator, long)>(count);
        for (var i = 0; i < count; i++)
            comparisons.Add(((ComparisonOperator)data[18 + (9 * i)], BinaryPrimitives.ReadInt64LittleEndian(data[(19 + (9 * i))..])));
        return new(
            BinaryPrimitives.ReadUInt16LittleEndian(data), BinaryPrimitives.ReadInt64LittleEndian(data[2..]), (NumberEncoding)data[10],
            data[11] != 0, data[12] != 0, BinaryPrimitives.ReadInt32LittleEndian(data[13..]), comparisons.ToImmutable());
    }
}
