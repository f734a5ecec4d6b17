namespace Perisai.Engine.Tests.Containers.Lha;

/// <summary>
/// Compresses as -lh1- does. The code's tree is kept as a list of nodes in the order of their weights: another way to do what the decoder
/// does, so that the two can be held against each other.
/// </summary>
internal static class Lzhuf
{
    private const int Symbols = 314;

    private sealed class Node
    {
        public int Weight { get; set; }

        public int Symbol { get; init; } = -1;

        public Node? Low { get; set; }

        public Node? High { get; set; }

        public Node? Parent { get; set; }
    }

    public static byte[] Encode(byte[] content)
    {
        var nodes = Grow([.. Enumerable.Range(0, Symbols).Select(symbol => new Node { Weight = 1, Symbol = symbol })]);
        var writer = new HighBitWriter();
        for (var at = 0; at < content.Length;)
        {
            var (length, distance) = LhaBuilder.FindMatch(content, at, 0, 3000, 3, 60);
            var symbol = length == 0 ? content[at] : 256 + length - 3;
            var path = new Stack<int>();
            for (var node = nodes.Find(candidate => candidate.Symbol == symbol)!; node.Parent is { } parent; node = parent)
                path.Push(ReferenceEquals(parent.High, node) ? 1 : 0);
            foreach (var bit in path)
                writer.Write(bit, 1);
            nodes = Count(nodes, symbol);
            if (length > 0)
                WriteDistance(writer, distance - 1);
            at += Math.Max(1, length);
        }

        return writer.ToArray();
    }

    /// <summary>The words of the upper six bits: canonical, 1 of 3 bits, 3 of 4, 8 of 5, 12 of 6, 24 of 7, 16 of 8.</summary>
    private static void WriteDistance(HighBitWriter writer, int distance)
    {
        var word = 0;
        var upper = distance >> 6;
        var symbol = 0;
        int[] counts = [1, 3, 8, 12, 24, 16];
        for (var width = 3; width <= 8; width++)
        {
            if (upper - symbol < counts[width - 3])
            {
                writer.Write(word + upper - symbol, width);
                break;
            }

            symbol += counts[width - 3];
            word = word + counts[width - 3] << 1;
        }

        writer.Write(distance & 63, 6);
    }

    private static List<Node> Count(List<Node> nodes, int symbol)
    {
        if (nodes[^1].Weight >= 0x8000)
            nodes = Rebuild(nodes);
        for (var node = nodes.Find(candidate => candidate.Symbol == symbol); node is not null; node = node.Parent)
        {
            var at = nodes.IndexOf(node);
            var last = at;
            while (last + 1 < nodes.Count && nodes[last + 1].Weight == node.Weight)
                last++;
            if (last != at)
                Swap(nodes, at, last);
            node.Weight++;
        }

        return nodes;
    }

    private static void Swap(List<Node> nodes, int one, int other)
    {
        var (first, second) = (nodes[one], nodes[other]);
        (nodes[one], nodes[other]) = (second, first);
        var (firstParent, secondParent) = (first.Parent!, second.Parent!);
        var (firstIsHigh, secondIsHigh) = (ReferenceEquals(firstParent.High, first), ReferenceEquals(secondParent.High, second));
        Attach(firstParent, second, firstIsHigh);
        Attach(secondParent, first, secondIsHigh);
    }

    private static void Attach(Node parent, Node child, bool isHigh)
    {
        if (isHigh)
            parent.High = child;
        else
            parent.Low = child;
        child.Parent = parent;
    }

    private static List<Node> Rebuild(List<Node> nodes)
    {
        var leaves = nodes.Where(node => node.Symbol >= 0).ToList();
        foreach (var leaf in leaves)
            leaf.Weight = (leaf.Weight + 1) / 2;
        return Grow(leaves);
    }

    /// <summary>Two at a time get a parent, which goes behind all that are no heavier.</summary>
    private static List<Node> Grow(List<Node> nodes)
    {
        for (var at = 0; at + 1 < nodes.Count; at += 2)
        {
            var parent = new Node { Weight = nodes[at].Weight + nodes[at + 1].Weight, Low = nodes[at], High = nodes[at + 1] };
            parent.Low.Parent = parent.High.Parent = parent;
            var place = nodes.Count;
            while (nodes[place - 1].Weight > parent.Weight)
                place--;
            nodes.Insert(place, parent);
        }

        nodes[^1].Parent = null;
        return nodes;
    }
}
