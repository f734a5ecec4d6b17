namespace Perisai.Engine.Modules.Mathematics;

/// <summary>How much each byte depends on the one before it, the first on the last (as in the program ent, by J. Walker).</summary>
internal struct SerialCorrelation
{
    private double _first;
    private double _last;
    private double _products;
    private double _sum;
    private double _squares;
    private long _count;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            Add((double)value);
    }

    public void Add(double value)
    {
        if (_count++ == 0)
            _first = value;
        else
            _products += _last * value;
        _sum += value;
        _squares += value * value;
        _last = value;
    }

    public readonly double Result()
    {
        var products = _products + _last * _first;
        var sum = _sum * _sum;
        var divisor = _count * _squares - sum;
        return divisor == 0 ? -100000 : (_count * products - sum) / divisor;
    }
}

/// <summary>
/// How far a value of pi is off that is found by taking each 6 bytes as a point in a square and counting those inside the circle; not a number where there
/// are fewer than 6.
/// </summary>
internal struct MonteCarloPi
{
    private static readonly double _radius = Math.Pow(Math.Pow(256.0, 3.0) - 1, 2.0);

    private double _x;
    private double _y;
    private int _phase;
    private long _points;
    private long _inside;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            Add((double)value);
    }

    public void Add(double value)
    {
        if (_phase < 3)
            _x = _x * 256.0 + value;
        else
            _y = _y * 256.0 + value;
        if (++_phase < 6)
            return;
        _points++;
        if (_x * _x + _y * _y <= _radius)
            _inside++;
        _x = _y = _phase = 0;
    }

    public readonly double Result() =>
        _points == 0 ? double.NaN : Math.Abs((4.0 * ((double)_inside / _points) - Math.PI) / Math.PI);
}
