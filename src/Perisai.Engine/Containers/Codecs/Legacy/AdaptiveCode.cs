namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// A Huffman code that adapts: a tree whose nodes stand in the order of their weights, each next to its sibling, so that a node that became
/// heavier changes places with the last of its old weight. When the root's weight reaches a limit, all weights are halved and the tree is
/// built again. Nodes of LZHUF: leaves and inner nodes are numbered by weight, the root last.
/// </summary>
internal sealed class AdaptiveCode
{
    private const int MaxWeight = 0x8000;

    private readonly int _nodes;
    private readonly int _root;

    /// <summary>Weights, in ascending order; one more that none exceeds stands at the end.</summary>
    private readonly int[] _weights;

    /// <summary>The first of a node's two children, or the number of nodes and the symbol for a leaf.</summary>
    private readonly int[] _children;

    /// <summary>Parents of nodes and then of symbols; 0 for the root, which is nobody's child.</summary>
    private readonly int[] _parents;

    public AdaptiveCode(int symbols)
    {
        _nodes = 2 * symbols - 1;
        _root = _nodes - 1;
        _weights = new int[_nodes + 1];
        _children = new int[_nodes];
        _parents = new int[_nodes + symbols];
        for (var symbol = 0; symbol < symbols; symbol++)
            (_weights[symbol], _children[symbol]) = (1, symbol + _nodes);
        for (int node = symbols, child = 0; node < _nodes; node++, child += 2)
            (_weights[node], _children[node]) = (_weights[child] + _weights[child + 1], child);
        _weights[_nodes] = int.MaxValue;
        SetParents();
    }

    /// <exception cref="CodecException">The input is at its end.</exception>
    public int Next(ref HighBits bits)
    {
        var node = _children[_root];
        while (node < _nodes)
            node = _children[node + bits.Read(1)];
        Count(node);
        return node - _nodes;
    }

    private void Count(int leaf)
    {
        if (_weights[_root] >= MaxWeight)
            Rebuild();
        var node = _parents[leaf];
        do
        {
            var weight = ++_weights[node];
            if (weight > _weights[node + 1])
            {
                var last = node + 1;
                while (weight > _weights[last + 1])
                    last++;
                (_weights[node], _weights[last]) = (_weights[last], weight);
                (_children[node], _children[last]) = (_children[last], _children[node]);
                SetParent(node);
                SetParent(last);
                node = last;
            }

            node = _parents[node];
        }
        while (node != 0);
    }

    private void Rebuild()
    {
        // The leaves, in their order, with half their weights.
        var leaves = 0;
        for (var node = 0; node < _nodes; node++)
        {
            if (_children[node] < _nodes)
                continue;
            (_weights[leaves], _children[leaves]) = ((_weights[node] + 1) / 2, _children[node]);
            leaves++;
        }

        // Each pair gets a parent, which goes behind all that are no heavier.
        for (int count = leaves, child = 0; count < _nodes; count++, child += 2)
        {
            var weight = _weights[child] + _weights[child + 1];
            var place = count;
            while (weight < _weights[place - 1])
                place--;
            Array.Copy(_weights, place, _weights, place + 1, count - place);
            Array.Copy(_children, place, _children, place + 1, count - place);
            (_weights[place], _children[place]) = (weight, child);
        }

        SetParents();
    }

    private void SetParents()
    {
        for (var node = 0; node < _nodes; node++)
            SetParent(node);
        _parents[_root] = 0;
    }

    private void SetParent(int node)
    {
        var child = _children[node];
        _parents[child] = node;
        if (child < _nodes)
            _parents[child + 1] = node;
    }
}
