using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Makes objects that satisfy definitions: the bytes of each subpattern, at its place, in an object of the target's type.</summary>
internal sealed class BodyPlanter(Random random)
{
    /// <summary>Between planted bodies: large as a number, no text, and no body holds it in a row.</summary>
    private const byte Filler = 0xFE;

    private readonly Dictionary<ObjectTarget, (byte[] Bytes, ExecutableFacts? Facts)> _bases = [];

    /// <summary>An object for a definition whose subpatterns in <paramref name="absent"/> must not match; the others are planted three times.</summary>
    public byte[] Plant(Definition definition, ulong absent = 0)
    {
        var (start, facts) = BaseFor(definition.Target);
        var output = new List<byte>(start);
        for (var i = 0; i < definition.Subpatterns.Length; i++)
        {
            if (definition.Subpatterns[i] is not BytePattern pattern || (absent & (1UL << i)) != 0)
                continue;
            var bytes = Expand(pattern);
            for (var copy = 0; copy < 3; copy++)
            {
                output.AddRange(Enumerable.Repeat(Filler, 80));
                output.AddRange(bytes);
            }

            output.AddRange(Enumerable.Repeat(Filler, 80));
        }

        while (output.Count < 8192)
            output.Add(Filler);
        foreach (var condition in definition.Condition is AllOf all ? all.Operands : [definition.Condition])
        {
            if (condition is FactInRange { Fact: ObjectFact.Size } size)
                output.AddRange(Enumerable.Repeat(Filler, (int)Math.Max(0, size.Minimum - output.Count)));
        }

        foreach (var pattern in definition.Subpatterns.OfType<BytePattern>())
        {
            if (PlaceOf(pattern.Offset, facts, output.Count) is not { } place)
                continue;
            var bytes = Expand(pattern);
            for (var i = 0; i < bytes.Length && place + i >= 0 && place + i < output.Count; i++)
                output[(int)place + i] = bytes[i];
        }

        return [.. output];
    }

    /// <summary>Bytes that a pattern matches, its wildcards at random.</summary>
    public byte[] Expand(BytePattern pattern)
    {
        var output = new List<byte>();
        Expand(pattern.Elements, output);
        if (pattern.Modifiers.HasFlag(PatternModifiers.Wide) && (!pattern.Modifiers.HasFlag(PatternModifiers.Ascii) || random.Next(2) == 0))
            return [.. output.SelectMany(value => (byte[])[value, 0])];
        return [.. output];
    }

    private void Expand(ImmutableArray<PatternElement> elements, List<byte> output)
    {
        foreach (var element in elements)
        {
            switch (element)
            {
                case MaskedBytes bytes:
                    for (var i = 0; i < bytes.Values.Length; i++)
                        output.Add((byte)(bytes.Values[i] | (random.Next(256) & ~bytes.Masks[i])));
                    break;
                case Gap gap:
                    for (var i = random.Next(gap.Minimum, Math.Min(gap.Maximum ?? (gap.Minimum + 60), gap.Minimum + 60) + 1); i > 0; i--)
                        output.Add((byte)(random.Next(255) | 1));
                    break;
                case Alternation { Negated: false } alternation:
                    Expand(alternation.Alternatives[random.Next(alternation.Alternatives.Length)], output);
                    break;
                case Alternation negated:
                    output.AddRange(Enumerable.Repeat(Filler, negated.Alternatives[0].OfType<MaskedBytes>().Sum(bytes => bytes.Values.Length)));
                    break;
                case Assertion { Kind: AssertionKind.Boundary or AssertionKind.LineBreak or AssertionKind.NonAlphanumeric } assertion:
                    output.Add(assertion.Negated ? (byte)'q' : (byte)'\n');
                    break;
            }
        }
    }

    private (byte[] Bytes, ExecutableFacts? Facts) BaseFor(ObjectTarget target)
    {
        if (_bases.TryGetValue(target, out var found))
            return found;
        byte[] bytes = target switch
        {
            ObjectTarget.Pe => OffsetTests.Executables(".dll").First(),
            ObjectTarget.Elf => OffsetTests.Executables("").First(),
            ObjectTarget.Ole2 => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[2040]],
            ObjectTarget.Graphics => [.. "GIF89a"u8, .. new byte[100]],
            _ => [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0xFF],
        };
        var type = target switch { ObjectTarget.Pe => FileType.Pe, ObjectTarget.Elf => FileType.Elf, _ => FileType.Unknown };
        var facts = type == FileType.Unknown ? null : ExecutableReader.Read(type, new BoundedReader(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default)));
        return _bases[target] = (bytes, facts);
    }

    private static long? PlaceOf(OffsetConstraint offset, ExecutableFacts? facts, int length) => offset.Kind switch
    {
        OffsetKind.Absolute => offset.Value + (offset.MaximumShift / 2),
        OffsetKind.FromEnd => length - offset.Value,
        OffsetKind.EntryPoint => facts?.EntryPoint + offset.Value,
        OffsetKind.Section when facts is not null && offset.Section < facts.Sections.Length => facts.Sections[offset.Section].RawOffset + offset.Value,
        _ => null,
    };
}
