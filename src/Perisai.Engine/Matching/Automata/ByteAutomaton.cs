namespace Perisai.Engine.Matching.Automata;

/// <summary>A compiled expression before it is laid out in a segment: its program, and its expanded nodes, among which atoms are chosen.</summary>
internal sealed class ByteAutomaton
{
    private ByteAutomaton(AutomatonNode root, AutomatonWriter writer, uint[] words)
    {
        Root = root;
        Words = words;
        Forward = writer.Forward;
        Backward = writer.Backward;
        MinimumLength = AutomatonExpansion.MinimumLength(root);
        MaximumLength = AutomatonExpansion.MaximumLength(root);
    }

    /// <summary>The expanded expression.</summary>
    public AutomatonNode Root { get; }

    /// <summary>The <see cref="AutomatonProgram"/>.</summary>
    public uint[] Words { get; }

    /// <inheritdoc cref="AutomatonWriter.Forward"/>
    public IReadOnlyDictionary<AutomatonNode, int> Forward { get; }

    /// <inheritdoc cref="AutomatonWriter.Backward"/>
    public IReadOnlyDictionary<AutomatonNode, int> Backward { get; }

    /// <summary>The fewest characters of a match.</summary>
    public int MinimumLength { get; }

    /// <summary>The most characters of a match; a large number where there is no limit.</summary>
    public int MaximumLength { get; }

    /// <exception cref="AutomatonException">The expression is too large.</exception>
    public static ByteAutomaton Compile(AutomatonNode root)
    {
        // Always a sequence, so that there is a place before the first node and one way to walk them.
        var expanded = AutomatonExpansion.Expand(root);
        if (expanded is not SequenceNode)
            expanded = new SequenceNode([expanded]);
        var writer = new AutomatonWriter();
        var words = writer.Write(expanded);
        return new(expanded, writer, words);
    }
}
