using System.Globalization;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Undoes what scripts are wrapped in, where its pieces are strings: <c>unescape("…")</c>; <c>eval("…")</c>; Dean Edwards' packer, a function of
/// <c>p, a, c, k, e, r</c> (or <c>d</c>) and its call; <c>dF("…")</c>, an encoder that shifts characters. The text's tokens come in place of the call. As clamscan
/// does it: one pass for the first, one for the others, and what a text begins with is not undone again.
/// </summary>
internal sealed class ScriptUnpacker(ScriptTokens tokens, ScriptScopes scopes, ScanBudget budget)
{
    /// <summary>Bytes that may come of packers: their words can be long, and each may stand in the text many times.</summary>
    private const int MaximumUnpacked = ScriptNormalizer.MaximumLength;

    /// <summary>Tokens that a function must have behind it to be looked at.</summary>
    private const int PackerTokens = 13;

    private static readonly byte[][] s_names = [[(byte)'p'], [(byte)'a'], [(byte)'c'], [(byte)'k'], [(byte)'e']];

    private readonly List<byte> _text = [];
    private int _unpacked;

    /// <summary>Whether something was too long to be unpacked.</summary>
    public bool LeftPacked { get; private set; }

    /// <param name="first">The first token; another one afterwards where the script begins with a call.</param>
    public void Unpack(ref int first)
    {
        Unescape(first);
        var before = -1;
        var count = 0;
        for (var token = first; token >= 0; token = tokens.Next(token))
        {
            if ((count++ & 0xFFF) == 0 && !budget.CheckTime())
                return;
            if (tokens.IsFunction(token) && Skip(token, PackerTokens) >= 0)
            {
                (before, token) = (token, tokens.Next(token));
                var name = tokens[token].Kind == ScriptTokenKind.Word ? token : -1;
                if (name >= 0)
                    (before, token) = (token, tokens.Next(token));
                if (IsPacker(token))
                    UnpackPacked(token, name);
            }
            else if (tokens.IsWord(token, "eval"u8) && tokens.IsMark(tokens.Next(token), '('))
            {
                token = Evaluate(token, before, ref first);
            }
            else if (tokens.IsWord(token, "dF"u8) && tokens.IsMark(tokens.Next(token), '('))
            {
                token = Shift(token, before, ref first);
            }

            if (token < 0)
                return;
            before = token;
        }
    }

    /// <summary>The token behind the string goes too, whatever it is.</summary>
    private void Unescape(int first)
    {
        for (var token = first; token >= 0; token = tokens.Next(token))
        {
            var text = Skip(token, 2);
            if (!tokens.IsWord(token, "unescape"u8) || !tokens.IsMark(tokens.Next(token), '(') || text < 0 || tokens[text].Kind != ScriptTokenKind.Text
                || tokens.Next(text) is not (>= 0 and var last))
                continue;
            var start = tokens.Bytes.Count;
            ScriptEscapes.Unescape(tokens.TextOf(text).ToArray(), tokens.Bytes);
            tokens.Replace(token, ScriptTokenKind.Text, start);
            tokens.Link(token, tokens.Next(last));
        }
    }

    private int Skip(int token, int count)
    {
        for (; count > 0 && token >= 0; count--)
            token = tokens.Next(token);
        return token;
    }

    /// <summary>Puts tokens of a text, as clamscan does without its last word, in place of those up to <paramref name="end"/>; returns the first that stands there.</summary>
    private int Put(ReadOnlySpan<byte> text, int before, int end, int scope, ref int first)
    {
        if (tokens.IsMark(end, ';'))
            end = tokens.Next(end);
        var start = tokens.Count;
        tokens.BeginChain();
        scopes.BeginText();
        new ScriptTokenizer(tokens, scopes, budget).Read(text);
        tokens.Move(start, scope);
        // A word or a number at the very end is still being read.
        var last = tokens.Last;
        if (last >= 0 && text.Length > 0 && ScriptTokenizer.IsWord(text[^1]) && tokens[last].Kind is not (ScriptTokenKind.Text or ScriptTokenKind.Mark))
            last = last == tokens.First ? -1 : last - 1;
        if (last >= 0)
            tokens.Link(last, end);
        var put = last >= 0 ? tokens.First : end;
        if (before >= 0)
            tokens.Link(before, put);
        else
            first = put;
        return put;
    }

    /// <summary>Evaluates a string; returns the token to go on behind.</summary>
    private int Evaluate(int token, int before, ref int first)
    {
        var text = Skip(token, 2);
        var last = tokens.Next(text);
        if (text < 0 || tokens[text].Kind is not (ScriptTokenKind.Text or ScriptTokenKind.Member) || !tokens.IsMark(last, ')'))
            return token;
        return Put(tokens.TextOf(text).ToArray(), before, tokens.Next(last), tokens[token].Scope, ref first);
    }

    /// <summary>Whether a function's parameters are those of the packer.</summary>
    private bool IsPacker(int token)
    {
        if (!tokens.IsMark(token, '('))
            return false;
        foreach (var name in s_names)
        {
            token = tokens.Next(token);
            if (!tokens.IsWord(token, name))
                return false;
            token = tokens.Next(token);
            if (!tokens.IsMark(token, ','))
                return false;
        }

        token = tokens.Next(token);
        return (tokens.IsWord(token, "r"u8) || tokens.IsWord(token, "d"u8)) && tokens.IsMark(tokens.Next(token), ')');
    }

    private void UnpackPacked(int token, int name)
    {
        // Behind the function's end …
        for (var nesting = 1; token >= 0; token = tokens.Next(token))
        {
            if (tokens.IsFunction(token))
                nesting++;
            else if (tokens[token].Kind == ScriptTokenKind.FunctionEnd && --nesting == 0)
                break;
        }

        // … its arguments.
        while (token >= 0 && !(name < 0 ? tokens.IsMark(token, '(') : tokens.IsWord(token, tokens.TextOf(name)) && tokens.IsMark(tokens.Next(token), '(')))
            token = tokens.Next(token);
        if (name >= 0)
            token = tokens.Next(token);
        var before = token;
        Span<int> arguments = stackalloc int[6];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = token = tokens.Next(token);
            token = tokens.Next(token);
            while (token >= 0 && !tokens.IsMark(token, i < arguments.Length - 1 ? ',' : ')'))
                token = tokens.Next(token);
            if (token < 0)
                return;
        }

        if (tokens[arguments[0]].Kind != ScriptTokenKind.Text || tokens[arguments[3]].Kind != ScriptTokenKind.Text
            || !uint.TryParse(tokens.TextOf(arguments[1]), CultureInfo.InvariantCulture, out var radix) || !Decode(arguments[0], arguments[3], radix))
            return;
        var end = tokens.Next(arguments[5]);
        end = tokens.IsMark(end, '[') && tokens.IsMark(Skip(end, 1), ']') && tokens.IsMark(Skip(end, 2), ')') ? Skip(end, 3) : tokens.Next(end);
        var unused = -1;
        Put(_text.ToArray(), before, end, tokens[before].Scope, ref unused);
    }

    /// <summary>Words of letters and digits are numbers of words; false where too much comes of it.</summary>
    private bool Decode(int packed, int words, uint radix)
    {
        var text = tokens.TextOf(packed);
        var list = tokens.TextOf(words);
        var places = new List<Range>();
        foreach (var place in list.Split((byte)'|'))
            places.Add(place);
        _text.Clear();
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsAsciiLetterOrDigit((char)text[at]))
            {
                if (text[at] != '\\' || at + 1 >= text.Length || text[at + 1] is not ((byte)'\'' or (byte)'"'))
                    _text.Add(text[at]);
                at++;
                continue;
            }

            var start = at;
            var number = 0u;
            for (; at < text.Length && char.IsAsciiLetterOrDigit((char)text[at]); at++)
            {
                var digit = text[at] >= 'a' ? 10u + text[at] - 'a' : text[at] >= 'A' ? 36u + text[at] - 'A' : (uint)text[at] - '0';
                number = unchecked((number * radix) + digit);
            }

            var word = number < places.Count ? list[places[(int)number]] : [];
            _text.AddRange(word.IsEmpty ? text[start..at] : word);
            if (_unpacked + _text.Count > MaximumUnpacked)
            {
                LeftPacked = true;
                return false;
            }
        }

        _unpacked += _text.Count;
        return true;
    }

    /// <summary>The last character tells how far the others are shifted; the text comes at the end of the script. Returns the token to go on behind.</summary>
    private int Shift(int token, int before, ref int first)
    {
        var argument = Skip(token, 2);
        if (argument < 0 || tokens[argument] is not { Kind: ScriptTokenKind.Text, Length: > 0 } || tokens.Next(argument) is not (>= 0 and var last))
            return token;
        var text = tokens.TextOf(argument).ToArray();
        _text.Clear();
        ScriptEscapes.Unescape(text.AsSpan(0, text.Length - 1), _text);
        var shifted = _text.ConvertAll(value => unchecked((byte)(value - (text[^1] - '0')))).ToArray();
        var length = Array.IndexOf(shifted, (byte)0) is >= 0 and var zero ? zero : shifted.Length;
        _text.Clear();
        ScriptEscapes.Unescape(shifted.AsSpan(0, length), _text);
        var next = tokens.Next(last);
        if (tokens.IsMark(next, ';'))
            next = tokens.Next(next);
        if (before >= 0)
            tokens.Link(before, next);
        else
            first = next;
        var end = next >= 0 ? next : before;
        while (end >= 0 && tokens.Next(end) >= 0)
            end = tokens.Next(end);
        Put(_text.ToArray(), end, -1, 0, ref first);
        return next;
    }
}
