using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Collects the steps of a body, bytes joined, and keeps what ClamAV's rule on fixed bytes asks of each part. Reused: one a thread.
/// </summary>
internal sealed class BodyBuilder
{
    /// <summary>How far into a part ClamAV's first rule looks (its tree's greatest depth).</summary>
    private const int Head = 3;

    private readonly ImmutableArray<PatternElement>.Builder _elements = ImmutableArray.CreateBuilder<PatternElement>();
    private byte[] _values = new byte[256];
    private byte[] _masks = new byte[256];
    private int _pending;
    private int _units;
    private int _run;
    private int _longestRun;
    private bool _wildHead;
    private bool _zeroHead;
    private bool _isWide;

    public void Begin()
    {
        _elements.Clear();
        _pending = 0;
        BeginPart(false);
    }

    /// <param name="isWide">Every byte is searched with a zero behind it, and not also without.</param>
    public void BeginPart(bool isWide)
    {
        _isWide = isWide;
        _units = _run = _longestRun = 0;
        _wildHead = false;
        _zeroHead = true;
    }

    /// <summary>
    /// Whether ClamAV can find the part: two bytes in a row without wildcards. Bytes of several values and tests of a byte are wildcards in this.
    /// </summary>
    public bool PartHasFixedBytes => _isWide ? _longestRun > 0 : _wildHead || _zeroHead ? _longestRun >= 2 : _units >= 2;

    public void AddByte(byte value, byte mask)
    {
        if (_pending == _values.Length)
        {
            Array.Resize(ref _values, _pending * 2);
            Array.Resize(ref _masks, _pending * 2);
        }

        _values[_pending] = value;
        _masks[_pending++] = mask;
        CountUnit(mask == 0xFF, value == 0);
    }

    /// <summary>A step that takes the place of bytes.</summary>
    public void AddStep(PatternElement element)
    {
        Flush();
        _elements.Add(element);
        CountUnit(false, false);
    }

    /// <summary>A step between bytes: a gap between parts, or a test that takes no byte.</summary>
    public void AddBetween(PatternElement element)
    {
        Flush();
        _elements.Add(element);
    }

    public ImmutableArray<PatternElement> Complete()
    {
        Flush();
        return _elements.DrainToImmutable();
    }

    private void CountUnit(bool isFixed, bool isZero)
    {
        if (_units++ < Head)
        {
            _wildHead |= !isFixed;
            _zeroHead &= isZero;
        }

        _run = isFixed ? _run + 1 : 0;
        _longestRun = Math.Max(_longestRun, _run);
    }

    private void Flush()
    {
        if (_pending == 0)
            return;
        _elements.Add(new MaskedBytes(ImmutableArray.Create(_values.AsSpan(0, _pending)), ImmutableArray.Create(_masks.AsSpan(0, _pending))));
        _pending = 0;
    }
}
