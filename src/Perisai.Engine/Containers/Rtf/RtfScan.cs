using System.Buffers;

namespace Perisai.Engine.Containers.Rtf;

/// <summary>
/// Goes through groups and control words, and collects what the destinations for data hold. Between the digits anything may stand that the
/// word processor passes over: white space, control words, groups of destinations that it does not know.
/// </summary>
internal ref struct RtfScan(ByteSource source, IMemberSink sink)
{
    private const int MaximumDepth = 1_000_000;
    private const int LongestWord = 32;

    private static readonly SearchValues<byte> _syntax = SearchValues.Create("{}\\"u8);

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private readonly RtfObjects _objects = new(sink);

    /// <summary>What the open groups hold, the innermost last.</summary>
    private readonly List<RtfDestination> _groups = [];
    private ReadOnlySpan<byte> _window = [];
    private int _at = 0;
    private long _excess = 0;
    private int _collecting = -1;
    private int _high = -1;
    private bool _isStarred = false;
    private long _end = -1;
    private SpooledContent? _data = null;

    private readonly RtfDestination Current => _groups.Count > 0 ? _groups[^1] : RtfDestination.Text;

    public void Run()
    {
        try
        {
            // A step is a letter or a word: the clock is looked at every so many.
            for (var step = 0; ((step & 0xFF) != 0 || !sink.ShouldStop) && Peek() is >= 0 and var next; step++)
                Step(next);
            if (_collecting >= 0 || _groups.Count > 0)
                sink.AddLoss(RtfFaults.Truncated, source.Length);
            Finish();
            AddTrailing();
        }
        finally
        {
            _data?.Dispose();
        }
    }

    private void Step(int next)
    {
        switch (next)
        {
            case '{':
                _at++;
                Open();
                return;
            case '}':
                _at++;
                Close();
                return;
            case '\\':
                _at++;
                ReadControl();
                return;
        }

        if (_collecting < 0 || Current == RtfDestination.Skipped)
        {
            var rest = _window[_at..];
            var run = rest.IndexOfAny(_syntax);
            _at += run < 0 ? rest.Length : run;
            return;
        }

        _at++;
        var digit = Hex(next);
        if (digit < 0)
            return;
        if (_high < 0)
        {
            _high = digit;
            return;
        }

        Add((byte)(_high << 4 | digit));
        _high = -1;
    }

    private void Open()
    {
        if (_groups.Count < MaximumDepth)
            _groups.Add(Current);
        else if (_excess++ == 0)
            sink.AddLoss(RtfFaults.TooDeep, _reader.Position + _at);
        _isStarred = false;
    }

    private void Close()
    {
        _isStarred = false;
        if (_excess > 0)
        {
            _excess--;
            return;
        }

        if (_groups.Count == 0)
            return;
        if (_collecting >= 0 && _groups.Count <= _collecting)
            Finish();
        _groups.RemoveAt(_groups.Count - 1);
        if (_groups.Count == 0 && _end < 0)
            _end = _reader.Position + _at;
    }

    private void ReadControl()
    {
        var next = Peek();
        if (next < 0)
            return;
        if (!char.IsAsciiLetter((char)next))
        {
            _at++;
            if (next == '*')
                _isStarred = true;
            if (next != '\'')
                return;
            // A character by its code. It is no data, and ends a pair of digits that was begun.
            _high = -1;
            for (var digits = 0; digits < 2 && Hex(Peek()) >= 0; digits++)
                _at++;
            return;
        }

        Span<byte> word = stackalloc byte[LongestWord];
        var length = 0;
        while (Peek() is >= 0 and var letter && char.IsAsciiLetter((char)letter))
        {
            _at++;
            if (length < LongestWord)
                word[length++] = (byte)letter;
        }

        var number = ReadNumber();
        if (Peek() == ' ')
            _at++;
        Apply(word[..length], number);
    }

    private long ReadNumber()
    {
        var isNegative = Peek() == '-';
        if (isNegative)
            _at++;
        long number = 0;
        // Ten digits are the longest number; those behind it are text.
        for (var digits = 0; digits < 10 && Peek() is >= '0' and <= '9' and var digit; digits++)
        {
            number = number * 10 + digit - '0';
            _at++;
        }

        return isNegative ? -number : number;
    }

    private void Apply(scoped ReadOnlySpan<byte> word, long number)
    {
        if (word.SequenceEqual("bin"u8))
        {
            ReadBinary(number);
            return;
        }

        var destination = word.SequenceEqual("objdata"u8) ? RtfDestination.Object
            : word.SequenceEqual("pict"u8) ? RtfDestination.Picture
            : word.SequenceEqual("datastore"u8) ? RtfDestination.DataStore : RtfDestination.Text;
        if (destination != RtfDestination.Text)
            Begin(destination);
        else if (_isStarred && _collecting >= 0 && _groups.Count > _collecting)
            _groups[^1] = RtfDestination.Skipped;
        _isStarred = false;
    }

    private void Begin(RtfDestination destination)
    {
        if (_groups.Count == 0 || _collecting >= 0 && Current == destination && _groups.Count == _collecting)
            return;
        // One in another ends the one around it: what that had so far is handed on.
        Finish();
        _groups[^1] = destination;
        _collecting = _groups.Count;
        _data = new SpooledContent(sink.Budget.Limits.SpoolMemoryBytes);
    }

    private void ReadBinary(long count)
    {
        while (count > 0 && Peek() >= 0)
        {
            var part = _window[_at..];
            part = part[..(int)Math.Min(part.Length, count)];
            if (_collecting >= 0 && Current != RtfDestination.Skipped)
            {
                foreach (var value in part)
                    Add(value);
            }

            _at += part.Length;
            count -= part.Length;
        }

        if (count > 0)
            sink.AddLoss(RtfFaults.Truncated, source.Length, "binary data");
    }

    private readonly void Add(byte value)
    {
        _data!.GetSpan()[0] = value;
        _data.Advance(1);
    }

    /// <summary>Hands on what was collected.</summary>
    private void Finish()
    {
        if (_collecting < 0)
            return;
        var destination = _groups[_collecting - 1];
        if (_high >= 0)
            Add((byte)(_high << 4));
        _high = -1;
        _collecting = -1;
        using var data = _data!;
        _data = null;
        if (data.Length == 0 || !sink.Budget.ChargeProduced(data.Length))
            return;
        using var content = data.ToSource();
        _objects.Add(destination, content);
    }

    /// <summary>What stands behind the last brace.</summary>
    private readonly void AddTrailing()
    {
        if (_end < 0 || sink.ShouldStop)
            return;
        var reader = new BoundedReader(source, sink.Budget, _end);
        while (!reader.AtEnd && reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, reader.Remaining), out var span))
        {
            if (!span.ContainsAnyExcept("\0\t\r\n }\u001A"u8))
                continue;
            sink.AddFault(RtfFaults.TrailingData, _end);
            sink.AddSlice(new Member("trailing-data"), source, _end, source.Length - _end);
            return;
        }
    }

    private int Peek()
    {
        if (_at < _window.Length)
            return _window[_at];
        _reader.Position += _at;
        _at = 0;
        _window = _reader.Budget.CheckTime() ? _reader.Peek(4096) : [];
        return _window.IsEmpty ? -1 : _window[0];
    }

    private static int Hex(int value) => value switch
    {
        >= '0' and <= '9' => value - '0',
        >= 'a' and <= 'f' => value - 'a' + 10,
        >= 'A' and <= 'F' => value - 'A' + 10,
        _ => -1,
    };
}
