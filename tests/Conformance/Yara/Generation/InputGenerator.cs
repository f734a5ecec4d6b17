namespace Perisai.Conformance.Yara.Generation;

/// <summary>Random inputs in which some strings occur, or almost.</summary>
internal sealed class InputGenerator(Random random)
{
    public byte[] Next(IReadOnlyList<StringDefinition> strings, int samples)
    {
        if (random.Next(40) == 0)
            return [.. Noise().Take(random.Next(3))];
        var bytes = new List<byte>(Noise());
        for (var i = strings.Count == 0 ? 0 : random.Next(samples + 1); i > 0; i--)
        {
            var sample = strings[random.Next(strings.Count)].Sample(random);
            if (sample.Length > 0 && random.Next(6) == 0)
                sample[random.Next(sample.Length)] = Letter();
            if (sample.Length > 200)
                continue;
            // At the ends as well: that is where assertions and words differ.
            var at = random.Next(8) switch { 0 => 0, 1 => bytes.Count, _ => random.Next(bytes.Count + 1) };
            bytes.InsertRange(at, sample);
        }

        return [.. bytes];
    }

    private byte Letter() => (byte)StringGenerator.Letters[random.Next(StringGenerator.Letters.Length)];

    private List<byte> Noise()
    {
        var bytes = new List<byte>();
        var variety = random.Next(2, StringGenerator.Letters.Length + 1);
        var isWide = random.Next(4) == 0;
        for (var length = random.Next(0, 120); bytes.Count < length;)
        {
            bytes.Add(random.Next(25) == 0 ? (byte)"\n-\u00e9\0"[random.Next(4)] : (byte)StringGenerator.Letters[random.Next(variety)]);
            if (isWide ? random.Next(25) != 0 : random.Next(50) == 0)
                bytes.Add(0);
        }

        return bytes;
    }
}
