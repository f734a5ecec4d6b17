using Perisai.Engine;

namespace Perisai.Fuzz;

/// <summary>Something that reads hostile bytes.</summary>
/// <param name="Name">Also the name of its folder of seeds.</param>
/// <param name="Read">Reads the source to its end and says in one text what it found, so that two readings can be compared.</param>
internal sealed record FuzzTarget(string Name, Func<ByteSource, string> Read);
