using System.Buffers;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>A set of bytes with the fastest ways to run along it and to look for it. Immutable.</summary>
internal sealed class ScanSet
{
    /// <summary>Runs are mostly short: so many bytes are looked at one by one before the vector code is asked.</summary>
    private const int ShortRun = 16;

    private readonly ByteSet _set;
    private readonly SearchValues<byte> _values;
    private readonly bool _isAll;
    private readonly int _onlyMember;
    private readonly int _onlyStranger;

    public ScanSet(ByteSet set)
    {
        _set = set;
        _values = SearchValues.Create(set.ToArray());
        _isAll = set.IsAll;
        _onlyMember = set.Count == 1 ? set.First : -1;
        _onlyStranger = set.Count == 255 ? (~set).First : -1;
    }

    /// <summary>How many bytes from the start of the span are in the set.</summary>
    public int RunLength(ReadOnlySpan<byte> span)
    {
        if (_isAll)
            return span.Length;
        int at;
        if (_onlyStranger >= 0)
        {
            at = span.IndexOf((byte)_onlyStranger);
            return at < 0 ? span.Length : at;
        }

        var shortEnd = Math.Min(span.Length, ShortRun);
        for (at = 0; at < shortEnd; at++)
        {
            if (!_set.Contains(span[at]))
                return at;
        }

        if (at == span.Length)
            return at;
        var more = span[at..].IndexOfAnyExcept(_values);
        return more < 0 ? span.Length : at + more;
    }

    /// <summary>The first byte of the span that is in the set; -1 where there is none.</summary>
    public int IndexIn(ReadOnlySpan<byte> span) =>
        _isAll ? span.IsEmpty ? -1 : 0
        : _onlyMember >= 0 ? span.IndexOf((byte)_onlyMember)
        : span.IndexOfAny(_values);

    /// <summary>The last byte of the span that is in the set; -1 where there is none.</summary>
    public int LastIndexIn(ReadOnlySpan<byte> span)
    {
        if (_onlyMember >= 0)
            return span.LastIndexOf((byte)_onlyMember);
        var shortEnd = Math.Max(0, span.Length - ShortRun);
        for (var at = span.Length - 1; at >= shortEnd; at--)
        {
            if (_set.Contains(span[at]))
                return at;
        }

        return span[..shortEnd].LastIndexOfAny(_values);
    }
}
