namespace Perisai.Engine.Containers.Pictures;

/// <summary>The weights of the pixels in a line that make one point of a reduced line; they add up to one.</summary>
/// <param name="First">The first of the pixels.</param>
/// <param name="Weights">Theirs and those of the pixels after it.</param>
internal readonly record struct LanczosFilter(int First, float[] Weights)
{
    private const float Lobes = 3f;

    /// <summary>The filter for a point of a line.</summary>
    /// <param name="length">Pixels in the line, up to 65,535: exact in single precision.</param>
    /// <param name="points">Points that it is reduced (or stretched) to.</param>
    /// <param name="point">Which point.</param>
    public static LanczosFilter For(int length, int points, int point)
    {
        var ratio = (float)length / points;
        var scale = ratio < 1f ? 1f : ratio;
        var reach = Lobes * scale;
        var center = (point + 0.5f) * ratio;
        var first = Math.Clamp((long)MathF.Floor(center - reach), 0, length - 1);
        var end = Math.Clamp((long)MathF.Ceiling(center + reach), first + 1, length);
        // Pixels are compared by their left edge.
        center -= 0.5f;
        var weights = new float[end - first];
        var sum = 0f;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Kernel((first + i - center) / scale);
            sum += weights[i];
        }

        foreach (ref var weight in weights.AsSpan())
            weight /= sum;
        return new((int)first, weights);
    }

    private static float Kernel(float x) => MathF.Abs(x) < Lobes ? Sinc(x) * Sinc(x / Lobes) : 0f;

    private static float Sinc(float x)
    {
        var angle = x * MathF.PI;
        return x == 0f ? 1f : MathF.Sin(angle) / angle;
    }
}
