using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Which names a script declares, function by function, as ClamAV's normaliser sees it. It knows no expressions: behind <c>var</c>, and in a declaration
/// behind each comma outside of brackets and braces until a semicolon ends it, the next name is declared, wherever it stands; so are parameters, and a function's
/// own name within it. They are numbered as they are declared, whatever the function; one that is declared again gets another number.
/// </summary>
internal sealed class ScriptScopes
{
    private readonly List<Scope> _scopes = [new Scope(-1)];

    private enum Declaring
    {
        Nothing,

        /// <summary>The next name is declared.</summary>
        Name,

        /// <summary>In a declaration, behind a name.</summary>
        Value,

        /// <summary>Behind <c>function</c>.</summary>
        FunctionName,

        /// <summary>Behind a function's name.</summary>
        NamedFunction,

        /// <summary>In the parentheses of a function, before its first parameter.</summary>
        Parameter,
    }

    /// <summary>The function that the next token stands in; 0 is none.</summary>
    public int Current { get; private set; }

    private int _count;

    /// <summary>The kind of a word.</summary>
    public ScriptTokenKind OnWord(ReadOnlySpan<byte> word)
    {
        var scope = _scopes[Current];
        var afterStop = scope.AfterStop;
        scope.AfterStop = false;
        if (ScriptKeywords.Contains(word))
        {
            if (word.SequenceEqual("var"u8))
                scope.State = Declaring.Name;
            else if (word.SequenceEqual("function"u8))
                Enter();
            return ScriptTokenKind.Keyword;
        }

        if (afterStop)
            return ScriptTokenKind.Member;
        if (scope.State is Declaring.Name or Declaring.Parameter)
        {
            Declare(scope, word);
            (scope.State, scope.Brackets) = (Declaring.Value, 0);
        }
        else if (scope.State == Declaring.FunctionName)
        {
            Declare(scope, word);
            scope.State = Declaring.NamedFunction;
        }

        return ScriptTokenKind.Word;
    }

    /// <summary>A number or a string.</summary>
    public void OnValue() => _scopes[Current].AfterStop = false;

    /// <summary>Whether a function ends with it.</summary>
    public bool OnMark(byte mark)
    {
        var scope = _scopes[Current];
        scope.AfterStop = mark == '.';
        switch (mark)
        {
            case (byte)'(' when scope.State is Declaring.FunctionName or Declaring.NamedFunction:
                scope.State = Declaring.Parameter;
                break;
            case (byte)')' when scope.State == Declaring.NamedFunction:
                scope.State = Declaring.Nothing;
                break;
            case (byte)'{':
                if (scope.State is Declaring.FunctionName or Declaring.NamedFunction or Declaring.Parameter)
                    scope.State = Declaring.Nothing;
                scope.Braces++;
                break;
            case (byte)'}':
                scope.Braces = Math.Max(0, scope.Braces - 1);
                if (scope.Braces > 0 || scope.Parent < 0)
                    break;
                Current = scope.Parent;
                _scopes[Current].AfterStop = false;
                return true;
            case (byte)'[':
                scope.Brackets++;
                break;
            case (byte)']':
                scope.Brackets = Math.Max(0, scope.Brackets - 1);
                break;
            case (byte)',' when scope is { State: Declaring.Value, Brackets: 0, Braces: 0 }:
                scope.State = Declaring.Name;
                break;
            case (byte)';' when scope is { Brackets: 0, Braces: 0 }:
                scope.State = Declaring.Nothing;
                break;
        }

        return false;
    }

    /// <summary>What follows is a text of its own, outside of all functions.</summary>
    public void BeginText() => Current = 0;

    /// <summary>The number of a name that is declared where it stands, or around it; -1 where it is not.</summary>
    public int Find(ReadOnlySpan<byte> word, int scope)
    {
        Span<char> characters = word.Length <= 64 ? stackalloc char[word.Length] : new char[word.Length];
        Encoding.Latin1.GetChars(word, characters);
        for (; scope >= 0; scope = _scopes[scope].Parent)
        {
            if (_scopes[scope].Names is { } names && names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(characters, out var number))
                return number;
        }

        return -1;
    }

    private void Enter()
    {
        _scopes.Add(new Scope(Current) { State = Declaring.FunctionName });
        Current = _scopes.Count - 1;
    }

    private void Declare(Scope scope, ReadOnlySpan<byte> word)
    {
        scope.Names ??= new(StringComparer.Ordinal);
        scope.Names[Encoding.Latin1.GetString(word)] = _count++;
    }

    private sealed class Scope(int parent)
    {
        public int Parent { get; } = parent;

        public Dictionary<string, int>? Names { get; set; }

        public Declaring State { get; set; }

        public int Braces { get; set; }

        public int Brackets { get; set; }

        /// <summary>Whether a full stop was read last: what follows names a member.</summary>
        public bool AfterStop { get; set; }
    }
}
