using System.Text;
using Perisai.Engine.Containers.EncodedScript;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Encoded scripts of pages: what stands behind the mark is decoded, and read on as if the page held it so. In a script the mark is waited for,
/// whatever comes before it; where the page itself is of an encoded language, what was decoded is written behind the piece of the page that holds the mark.
/// </summary>
internal sealed partial class PageNormalizer
{
    /// <summary>Attributes that are kept of a tag; all are written again where its language is an encoded one.</summary>
    private const int MaximumAttributes = 64;

    private readonly List<(string Name, string? Value)> _attributes = [];
    private readonly List<byte> _late = [];
    private EncodedPart _encoded;
    private ScriptDecoder _decoder = new();
    private MarkSearch _mark;
    private bool _isPageEncoded;
    private bool _skipsSpace;
    private int _lengthCount;

    private enum EncodedPart
    {
        /// <summary>Nothing is encoded.</summary>
        None,

        /// <summary>The mark is waited for in a script.</summary>
        ScriptMark,

        /// <summary>The mark is waited for anywhere in the page.</summary>
        PageMark,

        /// <summary>What is read up to the chunk's end is decoded then.</summary>
        Late,

        /// <summary>What is read is decoded.</summary>
        Script,
    }

    /// <summary>Whether a tag begins something encoded; not within what is.</summary>
    private bool IsEncodedLanguage => _encoded == EncodedPart.None && PlainLanguage is not null;

    /// <summary>The language whose encoded form the first attribute of that name says; null where it is another.</summary>
    private string? PlainLanguage => _attributes.FirstOrDefault(attribute => attribute.Name == "language").Value switch
    {
        { } value when value.Equals("jscript.encode", StringComparison.OrdinalIgnoreCase) => "javascript",
        { } value when value.Equals("vbscript.encode", StringComparison.OrdinalIgnoreCase) => "vbscript",
        _ => null,
    };

    private bool IsTag(ReadOnlySpan<byte> name) => _tag.AsSpan(0, _tagLength).SequenceEqual(name);

    private void KeepAttribute(bool hasValue)
    {
        if (_attributes.Count >= MaximumAttributes || !IsTag("script"u8) && !IsTag("%@"u8))
            return;
        _attributes.Add((Encoding.Latin1.GetString(_argument, 0, _argumentLength), hasValue ? Encoding.Latin1.GetString(_value, 0, ValueLength) : null));
    }

    /// <summary>The tag is written once more, with the plain language.</summary>
    private void BeginEncodedScript()
    {
        var language = PlainLanguage;
        noComments.Write("<script"u8);
        foreach (var (name, value) in _attributes)
        {
            noComments.Write((byte)' ');
            WriteLower(name);
            if (value is null)
                continue;
            noComments.Write("=\""u8);
            WriteLower(name == "language" && language is not null ? language : value);
            noComments.Write((byte)'"');
            if (name == "language")
                language = null;
        }

        noComments.Write((byte)'>');
        _encoded = EncodedPart.ScriptMark;
        _skipsSpace = true;
        _mark = default;
    }

    private void WriteLower(string text)
    {
        foreach (var character in text)
            noComments.Write(Lower((byte)character));
    }

    private void TakeEncoded(byte value, bool isSpace)
    {
        switch (_encoded)
        {
            case EncodedPart.ScriptMark:
                WaitInScript(value, isSpace);
                break;
            case EncodedPart.PageMark:
                if (_mark.Take(value, out var released))
                {
                    foreach (var written in "//~^"u8)
                        Take(written, isSpace: false);
                    _encoded = EncodedPart.Late;
                    return;
                }

                foreach (var held in ScriptDecoder.Mark[..released])
                    Take(held, isSpace: false);
                if (_mark.Held == 0)
                    Take(value, isSpace);
                break;
            case EncodedPart.Late:
                if (_late.Count <= ChunkLength)
                    _late.Add(value);
                Take(value, isSpace);
                break;
            default:
                Decode(value, isSpace);
                break;
        }
    }

    private void WaitInScript(byte value, bool isSpace)
    {
        if (_atChunk && isSpace)
            return;
        _atChunk = false;
        var isFound = _mark.Take(value, out var released);
        foreach (var held in isFound ? [] : ScriptDecoder.Mark[..released])
            WriteWaiting(held);
        if (isFound)
        {
            // For the script's view the mark begins a comment that ends with the length.
            AddToScript("//~^"u8);
            BeginDecoding();
        }
        else if (_mark.Held == 0)
        {
            WriteWaiting(value);
        }
    }

    private void WriteWaiting(byte value)
    {
        AddToScript([value]);
        if (value == '\r' || _skipsSpace && IsSpace(value))
            return;
        _skipsSpace = false;
        noComments.Write(value == '\n' ? (byte)' ' : Lower(value));
    }

    private void AddToScript(ReadOnlySpan<byte> bytes)
    {
        if (_script != ScriptKind.Script)
            return;
        foreach (var value in bytes)
            parts.AddScript(value);
    }

    private void BeginDecoding()
    {
        _encoded = EncodedPart.Script;
        _decoder = new();
        _lengthCount = 0;
        _state = State.Text;
        parts.BeginDecoded();
    }

    private void Decode(byte value, bool isSpace)
    {
        if (_decoder.HasEnded)
        {
            EndDecoding();
            Take(value, isSpace);
            return;
        }

        if (_decoder.IsInLength)
            AddToScript([++_lengthCount == 8 ? (byte)'\n' : value]);
        if (!_decoder.TryDecode(value, out var character))
            return;
        _atChunk = false;
        parts.AddDecoded(character);
        if (character != 0)
            Take(character, IsSpace(character));
    }

    private void EndDecoding()
    {
        parts.EndDecoded(_decoder.IsWhole, _decoder.IsWhole && _decoder.HasEnded && _decoder.IsIntact);
        _encoded = _isPageEncoded ? EncodedPart.PageMark : EncodedPart.None;
        _mark = default;
    }

    /// <summary>What waits for the end of a chunk is decoded; in what is encoded, tags end with the chunk.</summary>
    private void BeginEncodedChunk()
    {
        if (_encoded == EncodedPart.Late)
        {
            _isPageEncoded = true;
            var atChunk = _atChunk;
            _atChunk = false;
            BeginDecoding();
            foreach (var value in _late)
                TakeLate(value);
            _late.Clear();
            _atChunk = atChunk;
        }
        else if (_encoded == EncodedPart.Script && !_decoder.IsInLength)
        {
            _state = State.Text;
        }
    }

    /// <summary>A further mark in the same chunk is no mark.</summary>
    private void TakeLate(byte value)
    {
        if (_encoded == EncodedPart.Script)
            Decode(value, IsSpace(value));
        else
            Take(value, IsSpace(value));
    }

    private void EndEncoded()
    {
        BeginEncodedChunk();
        switch (_encoded)
        {
            case EncodedPart.ScriptMark:
                foreach (var held in ScriptDecoder.Mark[.._mark.Held])
                    WriteWaiting(held);
                break;
            case EncodedPart.PageMark:
                foreach (var held in ScriptDecoder.Mark[.._mark.Held])
                    Take(held, isSpace: false);
                break;
            case EncodedPart.Script:
                EndDecoding();
                break;
        }
    }
}
