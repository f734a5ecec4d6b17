using System.Buffers;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Writes a page as ClamAV's definitions expect it, twice: without comments (tags in lower case, single spaces, attributes in double quotes,
/// character
/// references decoded) and without tags. A state machine over bytes, longer than most files here; every rule in it was measured with clamscan
/// 1.4.6, the
/// strange ones too, for definitions are made from what it writes.
/// </summary>
internal sealed partial class PageNormalizer(ViewWriter noComments, ViewWriter noTags, IPageParts parts, IPageLinks? links = null)
{
    /// <summary>What clamscan reads at a time; white space where it begins to read is lost.</summary>
    private const int ChunkLength = 8191;

    /// <summary>Characters kept of a tag, a value, a reference. Nothing that is looked at is longer.</summary>
    private const int MaximumKept = 1022;

    /// <summary>Below this, a run costs more than its bytes.</summary>
    private const int ShortestRun = 8;

    /// <summary>What is neither a part of a word nor white space: it begins a tag or a reference, is a control character, or above 127.</summary>
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => value is (byte)'<' or (byte)'&' or > 127 or < (byte)' ' and not (>= 9 and <= 13))]);

    private readonly byte[] _tag = new byte[MaximumKept];
    private readonly byte[] _value = new byte[MaximumKept];
    private readonly byte[] _argument = new byte[MaximumKept];
    private readonly byte[] _address = new byte[MaximumKept];
    private readonly byte[] _name = new byte[MaximumKept];
    private readonly byte[] _wide = new byte[3];
    private readonly byte[] _waiting = new byte[3];
    private State _state = State.Text;
    private State _next = State.Text;
    private State _afterReference = State.Text;
    private int _tagLength;
    private int _valueLength;
    private int _valueKept;
    private int _argumentLength;
    private int _addressLength = -1;
    private int _nameLength;
    private int _wideCount;
    private int _waitingCount;
    private ulong _number;
    private bool _isHexadecimal;
    private bool _isFirstDigit;
    private byte _quote;
    private bool _joinsArgument;
    private bool _lostQuote;
    private bool _hasArguments;
    private bool _wasNamed;
    private bool _isOpening;
    private bool _afterSpace;
    private long _position;
    private long _chunkStart;
    private long _lastSpace = -1;
    private bool _atChunk = true;
    private ScriptKind _script;

    private enum State
    {
        Text, TrimSpace, SkipSpace, Wide, Tag, ProcessTag, Argument, ArgumentEquals, Value, ValueSpace,
        Comment, Reference, Number, Name, DataType, Data,
    }

    private enum ScriptKind
    {
        None, Style, Script,
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        // Runs that are too short to be worth it are taken byte by byte, up to here.
        var slowUntil = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (_state == State.Text && at >= slowUntil && !_atChunk && _encoded == EncodedPart.None)
            {
                var run = RunLength(bytes[at..]);
                if (run >= ShortestRun)
                {
                    WriteRun(bytes.Slice(at, run));
                    at += run - 1;
                    continue;
                }

                slowUntil = at + Math.Max(run, 1);
            }

            var value = bytes[at];
            var isSpace = IsSpace(value);
            if (_position - _chunkStart == ChunkLength)
                BeginChunk(isSpace);
            if (isSpace)
                _lastSpace = _position;
            _position++;
            if (value == 0)
                continue;
            if (_encoded == EncodedPart.None)
                Take(value, isSpace);
            else
                TakeEncoded(value, isSpace);
        }
    }

    private void Take(byte value, bool isSpace)
    {
        // A carriage return is not there at all, but where a chunk may end.
        if (value == '\r')
        {
            if (_script == ScriptKind.Script && _state != State.ProcessTag)
                parts.AddScript(value);
            links?.AddText(value);
            return;
        }

        if (_state == State.ProcessTag && !(_atChunk && isSpace))
        {
            var encoded = _encoded;
            ProcessTag();
            Skip(State.Text);
            if (_encoded != encoded)
            {
                TakeEncoded(value, isSpace);
                return;
            }
        }

        if (_script == ScriptKind.Script)
            parts.AddScript(value);
        if (_atChunk)
        {
            if (isSpace)
            {
                links?.AddText(value);
                return;
            }

            _atChunk = false;
        }

        while (!Step(value))
        {
        }

        // Where the byte began a tag, the text has ended.
        links?.AddText(value);
    }

    /// <summary>Bytes up to the last of a word, before which there is nothing but words and white space, within the chunk and the room there is.</summary>
    private int RunLength(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..(int)Math.Min(Math.Min(bytes.Length, ViewWriter.MaximumRoom), ChunkLength - (_position - _chunkStart))];
        if (bytes.IndexOfAny(Special) is var special and >= 0)
            bytes = bytes[..special];
        return bytes.LastIndexOfAnyExcept(" \t\n\v\f\r"u8) + 1;
    }

    /// <summary>Writes such a run as <see cref="InText"/> would byte by byte; it ends within a word.</summary>
    private void WriteRun(ReadOnlySpan<byte> run)
    {
        if (run.LastIndexOfAny(" \t\n\v\f\r"u8) is var space and >= 0)
            _lastSpace = _position + space;
        _position += run.Length;
        if (links is not null)
        {
            foreach (var value in run)
                links.AddText(value);
        }

        var output = noComments.GetSpan(run.Length);
        if (_script != ScriptKind.None)
        {
            if (_script == ScriptKind.Script)
                parts.AddScript(run);
            noComments.Advance(TextSqueezer.Strip(run, output));
            return;
        }

        var afterSpace = false;
        var count = TextSqueezer.Squeeze(run, output, dropsReturns: true, ref afterSpace);
        // White space before the run may have been written already.
        var first = _afterSpace && output[0] == ' ' ? 1 : 0;
        noTags.Write(output[first..count]);
        noComments.Advance(count);
        _afterSpace = false;
    }

    /// <summary>
    /// A chunk does not end within a word that began in it; white space before the next word is lost with the chunk that begins there.
    /// </summary>
    private void BeginChunk(bool isSpace)
    {
        _atChunk = isSpace;
        _chunkStart = !isSpace && _lastSpace >= _chunkStart ? _lastSpace + 1 : _position;
        if (_encoded != EncodedPart.None)
            BeginEncodedChunk();
    }

    /// <summary>Ends the page: what is unfinished is written as far as clamscan writes it.</summary>
    public void End()
    {
        EndEncoded();
        if (_isOpening)
            noComments.Write((byte)'<');
        if (_state == State.Name)
            EndName(CharacterReferences.TryFind(_name.AsSpan(0, _nameLength), out _));
        if (_state == State.Data)
            parts.EndData();
        parts.EndScript();
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    /// <summary>Takes a byte; false where it must be taken again in the state that came of it.</summary>
    private bool Step(byte value)
    {
        switch (_state)
        {
            case State.Text:
                return InText(value);
            case State.TrimSpace:
                if (IsSpace(value))
                    return true;
                if (_script == ScriptKind.None)
                    noComments.Write((byte)' ');
                _state = State.Text;
                return false;
            case State.SkipSpace:
                if (IsSpace(value))
                    return true;
                _state = _next;
                return false;
            case State.Wide:
                return InWide(value);
            case State.Tag:
                return InTag(value);
            case State.Argument:
                return InArgument(value);
            case State.ArgumentEquals:
                if (value == '=')
                {
                    BeginValue();
                    return true;
                }

                if (_argumentLength > 0)
                    KeepAttribute(hasValue: false);
                BeginArgument();
                return false;
            case State.Value:
                return InValue(value);
            case State.ValueSpace:
                if (IsSpace(value))
                    return true;
                _state = State.Value;
                return false;
            case State.Comment:
                if (value == '>')
                    Skip(State.Text);
                return true;
            case State.Reference:
                return InReference(value);
            case State.Number:
                return InNumber(value);
            case State.Name:
                return InName(value);
            case State.DataType:
                return InDataType(value);
            default:
                return InData(value);
        }
    }

    private void Skip(State next)
    {
        _state = State.SkipSpace;
        _next = next;
    }

    private void WriteSpaceToText()
    {
        if (_afterSpace || _script != ScriptKind.None)
            return;
        noTags.Write((byte)' ');
        _afterSpace = true;
    }

    private bool InText(byte value)
    {
        if (value == '<')
        {
            WriteSpaceToText();
            links?.EndText();
            _isOpening = true;
            _hasArguments = false;
            _tagLength = 0;
            _addressLength = -1;
            _attributes.Clear();
            Skip(State.Tag);
        }
        else if (IsSpace(value))
        {
            WriteSpaceToText();
            _state = State.TrimSpace;
        }
        else if (value == '&')
        {
            WriteSpaceToText();
            BeginReference(State.Text);
        }
        else if (value >= 0x80)
        {
            _wideCount = 0;
            _state = State.Wide;
            return false;
        }
        else
        {
            var written = _script != ScriptKind.None && value == '\'' ? (byte)'"' : Lower(value);
            noComments.Write(written);
            if (value < ' ')
            {
                WriteSpaceToText();
            }
            else if (_script == ScriptKind.None)
            {
                noTags.Write(written);
                _afterSpace = false;
            }
        }

        return true;
    }

    /// <summary>Bytes above 127, three at a time; full stops of East Asian codes are written as ours.</summary>
    private bool InWide(byte value)
    {
        if (value < 0x80)
        {
            if (_wideCount == 1 && _wide[0] == 0xA1 && value is 0x43 or 0x44 or 0x4F)
            {
                WriteStop();
                return true;
            }

            FlushWide();
            _state = State.Text;
            return false;
        }

        _wide[_wideCount++] = value;
        if (_wideCount < 3)
            return true;
        if (IsFullStop(_wide))
            WriteStop();
        else
            FlushWide();
        _state = State.Text;
        return true;
    }

    private static bool IsFullStop(byte[] bytes) => bytes is [0xE3, 0x80, 0x82] or [0xEF, 0xBC, 0x8E] or [0xEF, 0xB9, 0x92];

    private void WriteStop()
    {
        noComments.Write((byte)'.');
        noTags.Write((byte)'.');
        _wideCount = 0;
    }

    /// <summary>The last byte is written to the text as the one before it.</summary>
    private void FlushWide()
    {
        if (_wideCount == 0)
        {
            noComments.Write(0);
            noTags.Write(0);
            return;
        }

        noComments.Write(_wide.AsSpan(0, _wideCount));
        noTags.Write(_wide.AsSpan(0, _wideCount - 1));
        noTags.Write(_wideCount > 1 ? _wide[_wideCount - 2] : (byte)0);
        _wideCount = 0;
    }

    private bool InTag(byte value)
    {
        if (_tagLength == 0 && _isOpening)
        {
            if (value == '!' && _script == ScriptKind.None)
            {
                _isOpening = false;
                _state = State.Comment;
                return true;
            }

            _isOpening = false;
            noComments.Write((byte)'<');
        }

        if (_script != ScriptKind.None)
            return InScriptTag(value);
        if (value == '>')
        {
            noComments.Write(value);
            _state = State.ProcessTag;
        }
        else if (IsSpace(value))
        {
            _hasArguments = true;
            BeginArgument();
            Skip(State.Argument);
        }
        else
        {
            KeepTag(value);
        }

        return true;
    }

    /// <summary>In a script, only what ends it is a tag.</summary>
    private bool InScriptTag(byte value)
    {
        if (_tagLength == 0 && value != '/')
        {
            noComments.Write(Lower(value));
            // What follows a second one may be the tag.
            if (value == '<')
                Skip(State.Tag);
            else
                _state = State.Text;
            return true;
        }

        if (value == '>')
        {
            noComments.Write(value);
            if (EndsScript())
            {
                parts.EndScript();
                _state = State.ProcessTag;
            }
            else
            {
                _state = State.Text;
            }
        }
        else if (IsSpace(value))
        {
            if (EndsScript())
                ProcessTag();
            Skip(State.Text);
        }
        else if (value == '<')
        {
            noComments.Write(value);
            _tagLength = 0;
        }
        else
        {
            KeepTag(value);
        }

        return true;
    }

    private bool EndsScript() => _tag.AsSpan(0, _tagLength) is var tag
        && (tag.SequenceEqual("/script"u8) || _script == ScriptKind.Style && tag.SequenceEqual("/style"u8));

    private void KeepTag(byte value)
    {
        var written = Lower(value);
        noComments.Write(written);
        if (_tagLength < MaximumKept)
            _tag[_tagLength++] = written;
    }

    private void ProcessTag()
    {
        ReadOnlySpan<byte> tag = _tag.AsSpan(0, _tagLength);
        links?.EndTag(tag, _hasArguments);
        if (_script != ScriptKind.None)
        {
            if (EndsScript())
            {
                parts.EndScript();
                _script = ScriptKind.None;
            }
        }
        else if (tag.SequenceEqual("script"u8))
        {
            _script = ScriptKind.Script;
            parts.BeginScript();
            if (IsEncodedLanguage)
                BeginEncodedScript();
        }
        else if (tag.SequenceEqual("style"u8))
        {
            _script = ScriptKind.Style;
        }
        else if (tag.SequenceEqual("%@"u8))
        {
            if (IsEncodedLanguage)
                _encoded = EncodedPart.PageMark;
        }
        else if (_addressLength > 0)
        {
            noTags.Write(_address.AsSpan(0, _addressLength));
            noTags.Write((byte)' ');
            _afterSpace = true;
        }
    }

    private void BeginArgument()
    {
        _argumentLength = 0;
        _state = State.Argument;
    }

    private bool InArgument(byte value)
    {
        if (value == '=')
        {
            BeginValue();
        }
        else if (IsSpace(value))
        {
            Skip(State.ArgumentEquals);
        }
        else if (value == '>')
        {
            noComments.Write(value);
            if (_argumentLength > 0)
                KeepAttribute(hasValue: false);
            _joinsArgument = false;
            _state = State.ProcessTag;
        }
        else
        {
            if (_argumentLength == 0 && !_joinsArgument)
                noComments.Write((byte)' ');
            _joinsArgument = false;
            var written = Lower(value);
            noComments.Write(written);
            if (_argumentLength < MaximumKept)
                _argument[_argumentLength++] = written;
        }

        return true;
    }

    private void BeginValue()
    {
        noComments.Write((byte)'=');
        _valueLength = _valueKept = 0;
        _lostQuote = false;
        _quote = 0;
        Skip(State.Value);
    }

    private bool InValue(byte value)
    {
        if (_valueLength == 0 && _quote == 0 && value is (byte)'"' or (byte)'\'')
        {
            _quote = value;
            noComments.Write((byte)'"');
            _valueLength = 1;
            return true;
        }

        if (IsSpace(value))
        {
            if (_quote == 0)
            {
                EndValue();
                Skip(State.Argument);
            }
            else
            {
                // Quotes hold only up to the first white space: the rest is read as if there were none, and the last quote as a character.
                WriteValue(_valueKept > 0 || value == '\n' ? (byte)' ' : value);
                _quote = 0;
                _lostQuote = true;
                Skip(State.Value);
            }

            return true;
        }

        if (value == _quote)
        {
            noComments.Write((byte)'"');
            EndValue();
            Skip(State.Argument);
        }
        else if (value == '>' && _quote == 0)
        {
            EndValue();
            noComments.Write(value);
            _state = State.ProcessTag;
        }
        else if (value == '&')
        {
            BeginReference(State.Value);
        }
        else if (value == ':' && _valueKept == 4 && _value.AsSpan(0, 4).SequenceEqual("data"u8))
        {
            _nameLength = 0;
            _state = State.DataType;
        }
        else if (value >= 0x80)
        {
            AddWide(value);
        }
        else
        {
            if (value == '\'')
                value = (byte)'"';
            if (value != '>')
                FlushValue();
            noComments.Write(Lower(value));
            Keep(value);
            if (value == '>')
                _state = State.ValueSpace;
        }

        return true;
    }

    private void WriteValue(byte value)
    {
        noComments.Write(value);
        Keep(value);
    }

    private void Keep(byte value)
    {
        _valueLength++;
        if (_valueKept < MaximumKept)
            _value[_valueKept++] = value;
    }

    /// <summary>Bytes above 127 wait for another character, be it in a later value.</summary>
    private void AddWide(byte value)
    {
        if (_waitingCount == 3)
            FlushValue();
        _waiting[_waitingCount++] = value;
    }

    private void FlushValue()
    {
        if (_waitingCount == 3 && IsFullStop(_waiting))
        {
            WriteValue((byte)'.');
        }
        else
        {
            for (var i = 0; i < _waitingCount; i++)
                WriteValue(_waiting[i]);
        }

        _waitingCount = 0;
    }

    private void EndValue()
    {
        KeepAttribute(hasValue: true);
        ReadOnlySpan<byte> tag = _tag.AsSpan(0, _tagLength);
        ReadOnlySpan<byte> argument = _argument.AsSpan(0, _argumentLength);
        if (_addressLength < 0 && (tag.SequenceEqual("a"u8) && argument.SequenceEqual("href"u8)
            || tag.SequenceEqual("img"u8) && argument.SequenceEqual("src"u8)))
        {
            _addressLength = ValueLength;
            _value.AsSpan(0, _addressLength).CopyTo(_address);
        }

        links?.AddArgument(tag, argument, _value.AsSpan(0, ValueLength));

        BeginArgument();
    }

    /// <summary>Where quotes were given up, the last character is lost, be it the last quote or not.</summary>
    private int ValueLength => _valueKept - (_lostQuote && _valueKept > 0 ? 1 : 0);

    private void BeginReference(State next)
    {
        _afterReference = next;
        _state = State.Reference;
    }

    private bool InReference(byte value)
    {
        if (value == '#')
        {
            _number = 0;
            _isHexadecimal = false;
            _isFirstDigit = true;
            _state = State.Number;
            return true;
        }

        _nameLength = 0;
        _state = State.Name;
        return false;
    }

    private bool InNumber(byte value)
    {
        var digit = char.IsAsciiDigit((char)value) ? value - '0'
            : _isHexadecimal && char.IsAsciiHexDigit((char)value) ? (value | 0x20) - 'a' + 10 : -1;
        if (_isFirstDigit && (value | 0x20) == 'x')
        {
            _isHexadecimal = true;
            _isFirstDigit = false;
            return true;
        }

        _isFirstDigit = false;
        if (digit >= 0)
        {
            var radix = _isHexadecimal ? 16u : 10u;
            if (_number <= ulong.MaxValue / radix)
            {
                _number = unchecked((_number * radix) + (uint)digit);
                return true;
            }

            // A digit too much ends it, and is lost.
            _state = _afterReference;
            noComments.Write(unchecked((byte)_number));
            return true;
        }

        _state = _afterReference;
        if (value != ';')
        {
            // It is written, and no part of the value.
            noComments.Write(unchecked((byte)_number));
            return false;
        }

        if (_afterReference == State.Value)
            Keep(unchecked((byte)_number));
        if (_number < 0x80)
            noComments.Write(Lower((byte)_number));
        else
            WriteCode(unchecked((ushort)_number), isKept: false);
        return true;
    }

    private void WriteReferred(byte written, byte kept, bool isKept = true)
    {
        noComments.Write(written);
        if (isKept && _afterReference == State.Value)
            Keep(kept);
    }

    private void WriteCode(ushort code, bool isKept)
    {
        if (code == 0)
            return;
        if (code < 0xFF)
        {
            WriteReferred((byte)code, (byte)code, isKept);
            return;
        }

        foreach (var character in $"&#x{code:x4};")
            WriteReferred((byte)character, (byte)character, isKept);
    }

    private bool InName(byte value)
    {
        if (value == ';')
        {
            EndName(CharacterReferences.TryFind(_name.AsSpan(0, _nameLength), out _));
            if (!_wasNamed)
                WriteReferred(value, value);
            return true;
        }

        if (_nameLength < MaximumKept && (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'_' or (byte)':'))
        {
            _name[_nameLength++] = value;
            return true;
        }

        EndName(isKnown: false);
        return false;
    }

    private void EndName(bool isKnown)
    {
        _state = _afterReference;
        _wasNamed = isKnown;
        ReadOnlySpan<byte> name = _name.AsSpan(0, _nameLength);
        if (isKnown && CharacterReferences.TryFind(name, out var code))
        {
            WriteCode((ushort)code, isKept: true);
            return;
        }

        WriteReferred((byte)'&', (byte)'&');
        foreach (var value in name)
            WriteReferred(Lower(value), value);
    }

    private bool InDataType(byte value)
    {
        var ends = _quote == 0 ? IsSpace(value) || value == '>' : value == _quote;
        if (value == ',' || ends)
        {
            if (_quote != 0)
                noComments.Write((byte)'"');
            if (ends)
            {
                EndData();
                return true;
            }

            parts.BeginData(_name.AsSpan(0, _nameLength));
            _state = State.Data;
        }
        else if (_nameLength < MaximumKept)
        {
            _name[_nameLength++] = value;
        }

        return true;
    }

    private bool InData(byte value)
    {
        if (_quote == 0 ? IsSpace(value) || value == '>' : value == _quote)
        {
            parts.EndData();
            EndData();
        }
        else if (value == '&')
        {
            BeginReference(State.Data);
        }
        else
        {
            parts.AddData(value);
        }

        return true;
    }

    /// <summary>What follows is written to the argument: the character that ended the data is lost.</summary>
    private void EndData()
    {
        BeginArgument();
        _joinsArgument = true;
    }
}
