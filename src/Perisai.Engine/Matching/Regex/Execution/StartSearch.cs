using System.Buffers;
using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// Finds the positions at which a match can start, by what every match is known to begin with or to hold. Immutable; the state of
/// one search is a <see cref="Cursor"/>.
/// </summary>
internal sealed class StartSearch
{
    private readonly ByteSet[] _prefix;
    private readonly byte[] _literal = [];
    private readonly int _literalOffset;
    private readonly SearchValues<byte>? _values;
    private readonly int _valuesOffset;
    private readonly RequiredLiteral? _required;
    private readonly long _minimumLength;
    private readonly StartAnchor _anchor;

    public StartSearch(ParsedRegex parsed, ByteRegexOptions options)
    {
        _minimumLength = parsed.Root.MinimumLength;
        _anchor = (options & ByteRegexOptions.Anchored) != 0
            ? StartAnchor.SearchStart
            : StartAnchors.Of(parsed.Root, mayCover: !parsed.HasBackreferences && !parsed.HasCalls);
        _prefix = [.. PrefixSets.Of(parsed.Root)];
        _required = RequiredLiteral.Of(parsed.Root);
        if (_anchor != StartAnchor.None)
            return;

        // A run of single bytes is the best to look for; else the position whose bytes are rarest, unless it is hopeless.
        (_literalOffset, var length) = LongestRun(_prefix);
        if (length >= 2)
        {
            _literal = new byte[length];
            for (var i = 0; i < length; i++)
                _literal[i] = _prefix[_literalOffset + i].First;
        }
        else if (_prefix.Length > 0)
        {
            _valuesOffset = RarestPosition(_prefix);
            if (!_prefix[_valuesOffset].IsAll)
                _values = SearchValues.Create(_prefix[_valuesOffset].ToArray());
        }

        if (_required is not null && _literal.AsSpan().IndexOf(_required.Bytes) >= 0 && _required.Earliest == _required.Latest)
            _required = null;
    }

    /// <summary>
    /// The next start at or after <see cref="Cursor.Position"/>, which is moved there; false where there is none. What was passed over is
    /// to be charged by the caller: the bytes between the two positions.
    /// </summary>
    public bool TryNext(ReadOnlySpan<byte> input, int searchStart, ref Cursor cursor)
    {
        var position = cursor.Position;
        while (true)
        {
            if (_minimumLength > input.Length - position)
                return false;
            switch (_anchor)
            {
                case StartAnchor.SubjectStart when position > 0:
                case StartAnchor.SearchStart when position > searchStart:
                    return false;

                case StartAnchor.Line or StartAnchor.SearchStartOrLine when position > 0:
                    if (_anchor == StartAnchor.SearchStartOrLine && position == searchStart)
                        break;
                    var newline = input[(position - 1)..].IndexOf(ByteClasses.Newline);
                    if (newline < 0)
                        return false;
                    position += newline;
                    break;
            }

            if (_literal.Length > 0)
            {
                if (position + _literalOffset > input.Length)
                    return false;
                var found = input[(position + _literalOffset)..].IndexOf(_literal);
                if (found < 0)
                    return false;
                position += found;
            }
            else if (_values is not null)
            {
                if (position + _valuesOffset > input.Length)
                    return false;
                var found = input[(position + _valuesOffset)..].IndexOfAny(_values);
                if (found < 0)
                    return false;
                position += found;
            }

            if (_required is not null)
            {
                if (!TryFindRequired(input, position, ref cursor))
                    return false;
                if (_required.Latest < cursor.RequiredAt - position)
                {
                    // The literal is further off than any match from here reaches.
                    position = cursor.RequiredAt - (int)_required.Latest;
                    continue;
                }
            }

            if (HasPrefix(input, position))
            {
                cursor.Position = position;
                return true;
            }

            position++;
        }
    }

    private bool TryFindRequired(ReadOnlySpan<byte> input, int position, ref Cursor cursor)
    {
        var from = position + _required!.Earliest;
        if (cursor.RequiredAt >= from)
            return true;
        if (from > input.Length)
            return false;
        var found = input[(int)from..].IndexOf(_required.Bytes);
        cursor.RequiredAt = (int)from + found;
        return found >= 0;
    }

    private bool HasPrefix(ReadOnlySpan<byte> input, int position)
    {
        if (_prefix.Length > input.Length - position)
            return false;
        for (var i = 0; i < _prefix.Length; i++)
        {
            if (!_prefix[i].Contains(input[position + i]))
                return false;
        }

        return true;
    }

    private static (int Offset, int Length) LongestRun(ByteSet[] sets)
    {
        var best = (Offset: 0, Length: 0);
        for (var start = 0; start < sets.Length;)
        {
            var end = start;
            while (end < sets.Length && sets[end].Count == 1)
                end++;
            if (end - start > best.Length)
                best = (start, end - start);
            start = end + 1;
        }

        return best;
    }

    private static int RarestPosition(ByteSet[] sets)
    {
        var best = 0;
        var lowest = int.MaxValue;
        for (var i = 0; i < sets.Length; i++)
        {
            var weight = 0;
            foreach (var value in sets[i].ToArray())
                weight += Weight(value);
            if (weight < lowest)
                (best, lowest) = (i, weight);
        }

        return best;
    }

    /// <summary>How common a byte is in files of all kinds, roughly and in no unit. Only speed depends on it.</summary>
    private static int Weight(byte value) => value switch
    {
        0 => 60,
        0xFF => 12,
        (byte)' ' or (byte)'e' or (byte)'t' or (byte)'a' => 10,
        0x01 or 0x48 or 0x8B or 0x24 or (byte)'\n' => 8,
        >= (byte)'a' and <= (byte)'z' => 6,
        >= 0x20 and < 0x7F => 4,
        < 0x10 => 4,
        _ => 2,
    };

    /// <summary>Where a search is.</summary>
    internal struct Cursor(int position)
    {
        /// <summary>The next position to try.</summary>
        public int Position = position;

        /// <summary>Where the required literal was found last; below every position at first.</summary>
        public int RequiredAt = -1;
    }
}
