namespace Perisai.Engine.Modules.Mathematics;

/// <summary>How often each byte occurs in a range. Sums run from byte 0 to 255, as in YARA, so that they are equal to the last bit.</summary>
internal sealed class ByteDistribution
{
    private readonly long[] _counts = new long[256];

    public long Total { get; private set; }

    public static ByteDistribution Of(ReadOnlySpan<byte> bytes)
    {
        var result = new ByteDistribution();
        result.Add(bytes);
        return result;
    }

    /// <summary>Of a clipped range; null where it could not be read.</summary>
    public static ByteDistribution? Read(ModuleContext context, long offset, long size)
    {
        var result = new ByteDistribution();
        return ByteRange.TryVisit(context, offset, size, ref result, static (ref state, bytes) => state.Add(bytes)) ? result : null;
    }

    public long Count(byte value) => _counts[value];

    public double Entropy()
    {
        var entropy = 0.0;
        foreach (var count in _counts)
        {
            if (count == 0)
                continue;
            var share = (double)count / Total;
            entropy -= share * Math.Log2(share);
        }

        return entropy;
    }

    public double Mean()
    {
        var sum = 0.0;
        for (var i = 0; i < 256; i++)
            sum += (double)i * _counts[i];
        return sum / Total;
    }

    public double Deviation(double mean)
    {
        var sum = 0.0;
        for (var i = 0; i < 256; i++)
            sum += Math.Abs(i - mean) * _counts[i];
        return sum / Total;
    }

    /// <summary>The most frequent byte; of several the smallest.</summary>
    public int Mode()
    {
        var most = 0;
        for (var i = 1; i < 256; i++)
        {
            if (_counts[i] > _counts[most])
                most = i;
        }

        return most;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            _counts[value]++;
        Total += bytes.Length;
    }
}
