namespace Perisai.Engine.Containers;

/// <summary>
/// Opens one container format. A reader parses through <see cref="BoundedReader"/>, hands each member to the sink in stored
/// order, records faults and goes on where it can. It holds no state between calls and never throws for content;
/// what libraries throw is caught by <see cref="ContainerDispatcher"/>.
/// </summary>
internal interface IContainerReader
{
    /// <summary>The format's short name in lower case, the first word of its fault ids: <c>zip</c>, <c>tar</c>.</summary>
    string Name { get; }

    /// <summary>What docs/formats.md says of the format.</summary>
    FormatDescription Description { get; }

    /// <summary>Reads the whole container and reports every member to the sink.</summary>
    void Read(ByteSource source, IMemberSink sink);
}
