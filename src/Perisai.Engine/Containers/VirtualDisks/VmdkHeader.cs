namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>
/// The header of a sparse extent. The capacity, the grain and the place of the directory are in sectors, those of the descriptor in bytes; a
/// directory at -1 is told by a footer.
/// </summary>
internal sealed record VmdkHeader(
    long Capacity, long Grain, long EntriesOfTable, long Directory, bool IsCompressed, long Descriptor, long DescriptorLength);
