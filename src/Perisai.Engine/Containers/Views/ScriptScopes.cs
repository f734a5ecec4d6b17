using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Which names a script declares, function by function, as ClamAV's normaliser sees it: names behind <c>var</c>, outside of all braces also
/// those behind
/// commas until the statement ends, parameters, and a function's own name within it. They are numbered as they are declared, whatever the
/// function; one
/// that is declared again gets another number.
/// </summary>
internal sealed class ScriptScopes
{
    private readonly List<(int Parent, Dictionary<string, int>? Names)> _scopes = [(-1, null)];
    private readonly Stack<(int Scope, int Braces, Declaring State, int Brackets)> _outer = new();
    private Declaring _state;
    private int _braces;
    private int _brackets;
    private int _count;

    private enum Declaring
    {
        Nothing,

        /// <summary>Behind <c>var</c> or a comma: the next word is declared.</summary>
        Name,

        /// <summary>In a declaration.</summary>
        Value,

        /// <summary>Behind <c>function</c>.</summary>
        FunctionName,

        /// <summary>Behind a function's name.</summary>
        NamedFunction,

        /// <summary>In the parentheses of a function, before a parameter.</summary>
        Parameter,

        /// <summary>Behind a parameter.</summary>
        ParameterValue,

        /// <summary>Between the parameters and the body.</summary>
        Body,
    }

    /// <summary>The function that the next token stands in; 0 is none.</summary>
    public int Current { get; private set; }

    public void OnWord(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("var"u8))
        {
            _state = Declaring.Name;
            _brackets = 0;
        }
        else if (word.SequenceEqual("function"u8))
        {
            _outer.Push((Current, _braces, _state == Declaring.Name ? Declaring.Value : _state, _brackets));
            _scopes.Add((Current, null));
            Current = _scopes.Count - 1;
            _state = Declaring.FunctionName;
        }
        else if (_state is Declaring.Name or Declaring.Parameter or Declaring.FunctionName)
        {
            Declare(word);
            _state = _state switch
            {
                Declaring.Name => Declaring.Value,
                Declaring.Parameter => Declaring.ParameterValue,
                _ => Declaring.NamedFunction,
            };
        }
    }

    public void OnMark(byte mark)
    {
        if (mark == '{')
            _braces++;
        else if (mark == '}' && _braces > 0)
            _braces--;
        _state = _state switch
        {
            Declaring.FunctionName or Declaring.NamedFunction when mark == '(' => Declaring.Parameter,
            Declaring.Parameter or Declaring.ParameterValue when mark == ',' => Declaring.Parameter,
            Declaring.Parameter or Declaring.ParameterValue when mark == ')' => Declaring.Body,
            Declaring.Parameter or Declaring.ParameterValue or Declaring.Body when mark == '{' => Declaring.Nothing,
            Declaring.Name or Declaring.Value => AfterMark(mark),
            _ => _state,
        };
        if (mark == '}' && _outer.TryPeek(out var outer) && _braces <= outer.Braces)
            (Current, _braces, _state, _brackets) = _outer.Pop();
    }

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

    private Declaring AfterMark(byte mark)
    {
        switch (mark)
        {
            case (byte)';':
                return Declaring.Nothing;
            case (byte)'[':
                _brackets++;
                break;
            case (byte)']' when _brackets > 0:
                _brackets--;
                break;
            case (byte)',' when _brackets == 0 && _braces == 0:
                return Declaring.Name;
        }

        return Declaring.Value;
    }

    private void Declare(ReadOnlySpan<byte> word)
    {
        var (parent, names) = _scopes[Current];
        if (names is null)
            _scopes[Current] = (parent, names = new(StringComparer.Ordinal));
        names[Encoding.Latin1.GetString(word)] = _count++;
    }
}
