using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>A step of a hex string or of a regular expression: it can be written as either, gives bytes that it matches, and names simpler steps.</summary>
internal abstract record PatternNode
{
    /// <summary>Least bytes that it matches.</summary>
    public abstract int MinimumLength { get; }

    /// <summary>Writes it; as a hex string, or as an expression in which a dot is every byte.</summary>
    public abstract void Write(StringBuilder text, bool asHex);

    /// <summary>Bytes that it matches. Assertions are left to chance.</summary>
    public abstract void Sample(Random random, List<byte> bytes);

    /// <summary>What a failing case is tried with in its place.</summary>
    public virtual IEnumerable<PatternNode> Simpler => [];

    /// <summary>The same, with <c>x?</c> written as <c>(x|)</c>.</summary>
    public PatternNode WithoutOptions() => this switch
    {
        SequencePattern sequence => new SequencePattern([.. sequence.Items.Select(item => item.WithoutOptions())]),
        ChoicePattern choice => new ChoicePattern([.. choice.Alternatives.Select(one => one.WithoutOptions())]),
        RepeatPattern { Minimum: 0, Maximum: 1 } optional => new ChoicePattern([optional.Child.WithoutOptions(), new SequencePattern([])]),
        RepeatPattern repeat => repeat with { Child = repeat.Child.WithoutOptions() },
        _ => this,
    };

    /// <summary>It and all that it is made of.</summary>
    public virtual IEnumerable<PatternNode> All => [this];

    protected static void WriteByte(StringBuilder text, byte value)
    {
        if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)' ')
            text.Append((char)value);
        else
            text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
    }
}

/// <summary>A byte, some of whose bits may not matter, perhaps negated.</summary>
internal sealed record BytePattern(byte Value, byte Mask = 0xFF, bool IsNegated = false) : PatternNode
{
    public override int MinimumLength => 1;

    public override IEnumerable<PatternNode> Simpler => IsNegated || Mask != 0xFF ? [new BytePattern(Value)] : Value != (byte)'a' ? [new BytePattern((byte)'a')] : [];

    public override void Write(StringBuilder text, bool asHex)
    {
        if (asHex)
        {
            var (high, low) = ((Mask & 0xF0) == 0 ? "?" : $"{Value >> 4:X}", (Mask & 0x0F) == 0 ? "?" : $"{Value & 15:X}");
            text.Append(IsNegated ? "~" : "").Append(high).Append(low).Append(' ');
            return;
        }

        if (Mask == 0xFF && !IsNegated)
        {
            WriteByte(text, Value);
            return;
        }

        text.Append(IsNegated ? "[^" : "[");
        for (var value = 0; value < 256; value++)
        {
            if ((value & Mask) == (Value & Mask))
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        text.Append(']');
    }

    public override void Sample(Random random, List<byte> bytes)
    {
        var value = (byte)((Value & Mask) | (random.Next(256) & ~Mask));
        bytes.Add(IsNegated ? (byte)(value ^ Mask & (1 << random.Next(8) | 1 << random.Next(4) | 0x10)) : value);
    }
}

/// <summary>A class of bytes.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Members">Some of its members.</param>
internal sealed record ClassPattern(string Text, string Members) : PatternNode
{
    public override int MinimumLength => 1;

    public override IEnumerable<PatternNode> Simpler => [new BytePattern((byte)Members[0])];

    public override void Write(StringBuilder text, bool asHex) => text.Append(Text);

    public override void Sample(Random random, List<byte> bytes) => bytes.Add((byte)Members[random.Next(Members.Length)]);
}

/// <summary>Something that holds between two bytes: <c>^ $ \b \B</c>.</summary>
internal sealed record AssertionPattern(string Text) : PatternNode
{
    public override int MinimumLength => 0;

    public override void Write(StringBuilder text, bool asHex) => text.Append(Text);

    public override void Sample(Random random, List<byte> bytes)
    {
    }
}

/// <summary>One after the other.</summary>
internal sealed record SequencePattern(ImmutableArray<PatternNode> Items) : PatternNode
{
    public override int MinimumLength => Items.Sum(item => item.MinimumLength);

    public override IEnumerable<PatternNode> All => Items.SelectMany(item => item.All).Prepend(this);

    public override IEnumerable<PatternNode> Simpler
    {
        get
        {
            for (var i = 0; i < Items.Length; i++)
            {
                if (Items.Length > 1)
                    yield return new SequencePattern(Items.RemoveAt(i));
                foreach (var simpler in Items[i].Simpler)
                    yield return new SequencePattern(simpler is SequencePattern inner ? [.. Items[..i], .. inner.Items, .. Items[(i + 1)..]] : Items.SetItem(i, simpler));
            }
        }
    }

    public override void Write(StringBuilder text, bool asHex)
    {
        foreach (var item in Items)
            item.Write(text, asHex);
    }

    public override void Sample(Random random, List<byte> bytes)
    {
        foreach (var item in Items)
            item.Sample(random, bytes);
    }
}

/// <summary>One of several.</summary>
internal sealed record ChoicePattern(ImmutableArray<PatternNode> Alternatives) : PatternNode
{
    public override int MinimumLength => Alternatives.Min(item => item.MinimumLength);

    public override IEnumerable<PatternNode> All => Alternatives.SelectMany(item => item.All).Prepend(this);

    public override IEnumerable<PatternNode> Simpler
    {
        get
        {
            foreach (var one in Alternatives)
                yield return one;
            for (var i = 0; i < Alternatives.Length; i++)
            {
                if (Alternatives.Length > 2)
                    yield return new ChoicePattern(Alternatives.RemoveAt(i));
                foreach (var simpler in Alternatives[i].Simpler)
                    yield return new ChoicePattern(Alternatives.SetItem(i, simpler));
            }
        }
    }

    public override void Write(StringBuilder text, bool asHex)
    {
        text.Append('(');
        for (var i = 0; i < Alternatives.Length; i++)
        {
            text.Append(i > 0 ? "|" : "");
            Alternatives[i].Write(text, asHex);
        }

        text.Append(asHex ? ") " : ")");
    }

    public override void Sample(Random random, List<byte> bytes) => Alternatives[random.Next(Alternatives.Length)].Sample(random, bytes);
}

/// <summary>Several times.</summary>
internal sealed record RepeatPattern(PatternNode Child, int Minimum, int? Maximum, bool IsLazy, string Text) : PatternNode
{
    /// <summary>Whether it is so wide a jump that it parts a string in two.</summary>
    public bool IsSeparator => IsLazy && Child is ClassPattern { Text: "." } && Maximum is null or > 200 && Text[0] == '{';

    public override int MinimumLength => Child.MinimumLength * Minimum;

    public override IEnumerable<PatternNode> All => Child.All.Prepend(this);

    public override IEnumerable<PatternNode> Simpler
    {
        get
        {
            yield return Child;
            foreach (var simpler in Child.Simpler)
            {
                // A sequence needs its brackets; they are no simpler than they were.
                if (simpler is not SequencePattern sequence)
                    yield return this with { Child = simpler };
                else if (Child is not ChoicePattern { Alternatives: [SequencePattern inner] } || inner.Items.Length != sequence.Items.Length || !inner.Items.SequenceEqual(sequence.Items))
                    yield return this with { Child = new ChoicePattern([sequence]) };
            }
        }
    }

    public override void Write(StringBuilder text, bool asHex)
    {
        Child.Write(text, asHex);
        text.Append(Text).Append(IsLazy ? "?" : "");
    }

    public override void Sample(Random random, List<byte> bytes)
    {
        for (var i = random.Next(Minimum, Math.Min(Maximum ?? int.MaxValue, Minimum + 4) + 1); i > 0; i--)
            Child.Sample(random, bytes);
    }
}

/// <summary>A jump of a hex string.</summary>
internal sealed record JumpPattern(int Minimum, int? Maximum) : PatternNode
{
    public override int MinimumLength => Minimum;

    public override IEnumerable<PatternNode> Simpler => Maximum is { } most && most > Minimum + 1 ? [new JumpPattern(Minimum, Minimum + 1)] : [];

    public override void Write(StringBuilder text, bool asHex)
    {
        if (asHex)
            text.Append(Minimum == Maximum ? $"[{Minimum}] " : Maximum is null && Minimum == 0 ? "[-] " : $"[{Minimum}-{Maximum}] ");
        else
            text.Append(CultureInfo.InvariantCulture, $".{{{Minimum},{Maximum}}}?");
    }

    public override void Sample(Random random, List<byte> bytes)
    {
        for (var i = random.Next(Minimum, Math.Min(Maximum ?? int.MaxValue, Minimum + 12) + 1); i > 0; i--)
            bytes.Add((byte)"ab1 "[random.Next(4)]);
    }
}
