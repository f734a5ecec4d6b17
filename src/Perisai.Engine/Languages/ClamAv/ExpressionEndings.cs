using System.Text;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Finds the endings of a regular expression: texts of which every match has one at its end. By these, an expression is tried on the few links that hold one.
/// As in clamscan, which refuses an expression with an ending of fewer than two bytes, <c>*</c> and <c>?</c> let everything before them be missing, which is more
/// than they mean, and sets of up to 16 bytes are written out.
/// </summary>
internal sealed class ExpressionEndings
{
    private const int MaximumEndings = 4096;
    private const int MaximumNodes = 8192;
    private const int MaximumDepth = 100;
    private const int LargestSet = 16;
    private const int ShortestEnding = 2;

    private readonly string _text;
    private readonly HashSet<string> _endings = new(StringComparer.Ordinal);
    private readonly StringBuilder _ending = new();
    private int _position;
    private int _nodes;
    private bool _failed;

    private ExpressionEndings(string text) => _text = text;

    private enum Kind
    {
        /// <summary>One of <see cref="Node.Set"/>.</summary>
        Bytes,
        Sequence,
        Choice,
        Optional,
    }

    /// <summary>The endings, each as it stands in a text; null where one is too short, or where they are too many.</summary>
    public static IReadOnlyCollection<string>? Find(string expression)
    {
        var endings = new ExpressionEndings(expression);
        var root = endings.Parse(0);
        if (root is null)
            return null;
        endings.Descend(root);
        return endings._failed || endings._endings.Count == 0 || endings._endings.Any(ending => ending.Length < ShortestEnding) ? null : endings._endings;
    }

    private Node? Parse(int depth)
    {
        Node? tree = null;
        _failed |= depth > MaximumDepth;
        while (!_failed && _position < _text.Length && _text[_position] != '$')
        {
            var character = _text[_position++];
            switch (character)
            {
                case ')':
                    _position--;
                    return tree;
                case '|':
                    tree = Join(Kind.Choice, tree, Parse(depth));
                    break;
                case '*' or '?':
                    tree = Join(Kind.Optional, tree, null);
                    break;
                case '{' when EndOfCount() is > 0 and var end:
                    _position = end;
                    tree = Join(Kind.Optional, tree, null);
                    break;
                case '+':
                    tree = tree is null ? null : Sequence(Join(Kind.Optional, Copy(tree), null), tree);
                    break;
                case '(':
                    tree = Sequence(tree, Parse(depth + 1));
                    _position++;
                    break;
                case '^':
                    break;
                case '.':
                    tree = Sequence(tree, Leaf(null));
                    break;
                case '[':
                    tree = Sequence(tree, Leaf(ReadSet()));
                    break;
                default:
                    if (character == '\\' && _position < _text.Length)
                        character = _text[_position++];
                    tree = Sequence(tree, Leaf(character.ToString()));
                    break;
            }
        }

        return tree;
    }

    /// <summary>The index behind <c>{n,m}</c>; 0 where the brace is a character.</summary>
    private int EndOfCount()
    {
        var end = _text.IndexOf('}', _position);
        return end > _position && char.IsAsciiDigit(_text[_position]) && !_text.AsSpan(_position, end - _position).ContainsAnyExcept("0123456789,") ? end + 1 : 0;
    }

    /// <summary>The bytes of a set in brackets; null where they are many.</summary>
    private string? ReadSet()
    {
        var isNegated = _position < _text.Length && _text[_position] == '^';
        _position += isNegated ? 1 : 0;
        var members = new bool[256];
        var isWide = isNegated;
        for (var first = _position; _position < _text.Length && (_text[_position] != ']' || _position == first); _position++)
        {
            var character = _text[_position];
            if (character == '[' && _position + 1 < _text.Length && _text[_position + 1] is ':' or '.' or '=')
            {
                isWide = true;
                var end = _text.IndexOf(_text[_position + 1] + "]", _position + 2, StringComparison.Ordinal);
                _position = end < 0 ? _position : end + 1;
            }
            else if (_position + 2 < _text.Length && _text[_position + 1] == '-' && _text[_position + 2] != ']')
            {
                for (int member = character; member <= _text[_position + 2] && member < 256; member++)
                    members[member] = true;
                _position += 2;
            }
            else if (character < 256)
            {
                members[character] = true;
            }
        }

        _position++;
        var bytes = string.Concat(Enumerable.Range(0, 256).Where(value => members[value]).Select(value => (char)value));
        return isWide || bytes.Length > LargestSet ? null : bytes;
    }

    private Node Leaf(string? set) => Count(new(Kind.Bytes, null, null) { Set = set });

    private Node? Sequence(Node? left, Node? right) => left is null ? right : right is null ? left : Join(Kind.Sequence, left, right);

    private Node Join(Kind kind, Node? left, Node? right)
    {
        var node = Count(new(kind, left, right));
        left?.Parent = node;
        right?.Parent = node;
        return node;
    }

    private Node Copy(Node node)
    {
        if (_failed)
            return node;
        return node.Kind == Kind.Bytes
            ? Leaf(node.Set)
            : Join(node.Kind, node.Left is null ? null : Copy(node.Left), node.Right is null ? null : Copy(node.Right));
    }

    private Node Count(Node node)
    {
        _failed |= ++_nodes > MaximumNodes;
        return node;
    }

    /// <summary>Goes to what a tree can end with.</summary>
    private void Descend(Node? node)
    {
        while (node is { Kind: Kind.Sequence })
            node = node.Right;
        if (node is null || _failed)
            return;
        switch (node.Kind)
        {
            case Kind.Choice:
                var length = _ending.Length;
                Descend(node.Left);
                _ending.Length = length;
                Descend(node.Right);
                _ending.Length = length;
                break;
            case Kind.Optional:
                Add();
                break;
            default:
                Ascend(node);
                break;
        }
    }

    /// <summary>Goes on with what stands before a leaf.</summary>
    private void Ascend(Node leaf)
    {
        if (leaf.Set is null)
        {
            Add();
            return;
        }

        var length = _ending.Length;
        foreach (var value in leaf.Set)
        {
            _ending.Append(value);
            GoUp(leaf);
            _ending.Length = length;
            if (_failed)
                return;
        }
    }

    private void GoUp(Node from)
    {
        for (var node = from.Parent; node is not null; (from, node) = (node, node.Parent))
        {
            if (node.Kind == Kind.Optional)
            {
                Add();
                return;
            }

            if (node.Kind == Kind.Sequence && from != node.Left)
            {
                Descend(node.Left);
                return;
            }
        }

        Add();
    }

    /// <summary>Keeps the ending that was collected from its last byte on.</summary>
    private void Add()
    {
        var ending = _ending.ToString().ToCharArray();
        Array.Reverse(ending);
        _endings.Add(new(ending));
        _failed |= _endings.Count > MaximumEndings;
    }

    private sealed class Node(Kind kind, Node? left, Node? right)
    {
        public Kind Kind => kind;

        public Node? Left => left;

        public Node? Right => right;

        public string? Set { get; init; }

        public Node? Parent { get; set; }
    }
}
