using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Perisai.Conformance.Yara.Generation;

/// <summary>A string of a rule.</summary>
/// <param name="Identifier">As it is written before the equals sign.</param>
internal abstract record StringDefinition(string Identifier)
{
    /// <summary>Modifiers as they are written.</summary>
    public ImmutableArray<string> Modifiers { get; init; } = [];

    public abstract IEnumerable<StringDefinition> Simpler { get; }

    public bool Has(string modifier) => Modifiers.Any(one => one == modifier || one.StartsWith(modifier + "(", StringComparison.Ordinal));

    /// <summary>How it is written; for a yara before 4.3 where <paramref name="forPeer"/> is set.</summary>
    public string Write(bool forPeer) => $"{Identifier} = {Body(forPeer)}{string.Concat(Modifiers.Select(modifier => " " + modifier))}";

    /// <summary>Bytes that it matches, most times.</summary>
    public byte[] Sample(Random random)
    {
        var bytes = Content(random);
        var isWide = Has("wide") && (!Has("ascii") || random.Next(2) == 0);
        if (isWide)
            bytes = Widen(bytes);
        if (Has("nocase"))
            bytes = [.. bytes.Select(value => char.IsAsciiLetter((char)value) && random.Next(2) == 0 ? (byte)(value ^ 0x20) : value)];
        if (Has("xor"))
        {
            var numbers = Modifiers.First(one => one.StartsWith("xor", StringComparison.Ordinal)).Split('(', '-', ')').Where(part => part.Length > 0 && char.IsAsciiDigit(part[0]))
                .Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            var key = numbers.Length == 0 ? random.Next(256) : random.Next(numbers[0], numbers[^1] + 1);
            bytes = [.. bytes.Select(value => (byte)(value ^ key))];
        }

        if (Has("base64") || Has("base64wide"))
        {
            bytes = Encoding.Latin1.GetBytes(Convert.ToBase64String([.. new byte[random.Next(3)], .. bytes, 7, 8, 9]));
            if (Has("base64wide") && (!Has("base64") || random.Next(2) == 0))
                bytes = Widen(bytes);
        }

        return bytes;
    }

    protected abstract string Body(bool forPeer);

    protected abstract byte[] Content(Random random);

    protected IEnumerable<StringDefinition> WithFewerModifiers => Modifiers.Select(modifier => this with { Modifiers = Modifiers.Remove(modifier) });

    private static byte[] Widen(byte[] bytes) => [.. bytes.SelectMany(value => new byte[] { value, 0 })];
}

/// <summary>A text.</summary>
internal sealed record TextDefinition(string Identifier, ImmutableArray<byte> Text) : StringDefinition(Identifier)
{
    public override IEnumerable<StringDefinition> Simpler =>
        WithFewerModifiers.Concat(Enumerable.Range(0, Text.Length > 1 ? Text.Length : 0).Select(i => this with { Text = Text.RemoveAt(i) }));

    protected override string Body(bool forPeer)
    {
        var text = new StringBuilder("\"");
        foreach (var value in Text)
        {
            if (value is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\'))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        return text.Append('"').ToString();
    }

    protected override byte[] Content(Random random) => [.. Text];
}

/// <summary>A hex string.</summary>
internal sealed record HexDefinition(string Identifier, PatternNode Root) : StringDefinition(Identifier)
{
    public override IEnumerable<StringDefinition> Simpler => WithFewerModifiers.Concat(Root.Simpler.Select(root => this with { Root = root }));

    protected override string Body(bool forPeer)
    {
        // Negations came with 4.3; before, only an expression can say the same.
        var asHex = !forPeer || !Root.All.Any(node => node is BytePattern { IsNegated: true });
        var text = new StringBuilder(asHex ? "{ " : "/");
        Root.Write(text, asHex);
        return text.Append(asHex ? "}" : "/s").ToString();
    }

    protected override byte[] Content(Random random)
    {
        var bytes = new List<byte>();
        Root.Sample(random, bytes);
        return [.. bytes];
    }
}

/// <summary>A regular expression.</summary>
internal sealed record RegexDefinition(string Identifier, PatternNode Root, string Flags) : StringDefinition(Identifier)
{
    public override IEnumerable<StringDefinition> Simpler =>
        WithFewerModifiers.Concat(Flags.Length > 0 ? [this with { Flags = Flags[1..] }] : []).Concat(Root.Simpler.Select(root => this with { Root = root }));

    protected override string Body(bool forPeer)
    {
        var text = new StringBuilder("/");
        if (Root is ChoicePattern choice)
        {
            for (var i = 0; i < choice.Alternatives.Length; i++)
            {
                text.Append(i > 0 ? "|" : "");
                choice.Alternatives[i].Write(text, asHex: false);
            }
        }
        else
        {
            Root.Write(text, asHex: false);
        }

        return text.Append('/').Append(Flags).ToString();
    }

    protected override byte[] Content(Random random)
    {
        var bytes = new List<byte>();
        Root.Sample(random, bytes);
        return [.. bytes];
    }
}
