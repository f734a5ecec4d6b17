using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// The tokens of a script, linked, so that a call can be replaced by the tokens that it comes to. Tokens are added to the chain that was begun last; -1 is
/// no token.
/// </summary>
internal sealed class ScriptTokens
{
    private readonly List<ScriptToken> _tokens = [];
    private readonly List<int> _next = [];

    /// <summary>The texts of all tokens.</summary>
    public List<byte> Bytes { get; } = [];

    public int First { get; private set; } = -1;

    public int Last { get; private set; } = -1;

    public int Count => _tokens.Count;

    public ScriptToken this[int token] => _tokens[token];

    public int Next(int token) => token < 0 ? -1 : _next[token];

    public ReadOnlySpan<byte> TextOf(int token) => CollectionsMarshal.AsSpan(Bytes).Slice(_tokens[token].Start, _tokens[token].Length);

    public bool IsMark(int token, char mark) => token >= 0 && _tokens[token].Kind == ScriptTokenKind.Mark && Bytes[_tokens[token].Start] == mark;

    public bool IsWord(int token, ReadOnlySpan<byte> word) => token >= 0 && _tokens[token].Kind == ScriptTokenKind.Word && TextOf(token).SequenceEqual(word);

    public bool IsFunction(int token) => token >= 0 && _tokens[token].Kind == ScriptTokenKind.Keyword && TextOf(token).SequenceEqual("function"u8);

    /// <summary>A new chain; the one before it stays as it is, and is known by its first token.</summary>
    public void BeginChain() => First = Last = -1;

    public void Add(ScriptTokenKind kind, ReadOnlySpan<byte> text, int scope)
    {
        var start = Bytes.Count;
        Bytes.AddRange(text);
        Add(kind, start, scope);
    }

    /// <summary>A token whose text is already there, from <paramref name="start"/> on.</summary>
    public void Add(ScriptTokenKind kind, int start, int scope)
    {
        _tokens.Add(new(kind, start, Bytes.Count - start, scope));
        _next.Add(-1);
        if (Last >= 0)
            _next[Last] = Count - 1;
        else
            First = Count - 1;
        Last = Count - 1;
    }

    /// <summary>
    /// Joins the string that was written last, from <paramref name="start"/> on, with the string before it where a plus stands between them.
    /// </summary>
    public bool TryJoin(int start)
    {
        // Tokens that follow one another in a chain that grows follow one another in the list.
        if (First < 0 || First > Count - 2 || _tokens[^2].Kind != ScriptTokenKind.Text || !IsMark(Count - 1, '+'))
            return false;
        Bytes.RemoveAt(start - 1);
        _tokens.RemoveAt(Count - 1);
        _next.RemoveAt(_next.Count - 1);
        Last = Count - 1;
        _next[Last] = -1;
        _tokens[Last] = _tokens[Last] with { Length = Bytes.Count - _tokens[Last].Start };
        return true;
    }

    /// <summary>Lets <paramref name="after"/> follow <paramref name="before"/>.</summary>
    public void Link(int before, int after) => _next[before] = after;

    public void Replace(int token, ScriptTokenKind kind, int start) => _tokens[token] = _tokens[token] with { Kind = kind, Start = start, Length = Bytes.Count - start };

    /// <summary>Tokens that are in no function of their own, from one on, come to stand in another.</summary>
    public void Move(int from, int scope)
    {
        for (var token = from; token < Count; token++)
        {
            if (_tokens[token].Scope == 0)
                _tokens[token] = _tokens[token] with { Scope = scope };
        }
    }
}
