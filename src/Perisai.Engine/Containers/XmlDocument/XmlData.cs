namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>A stretch of encoded data in a document.</summary>
/// <param name="Name">The name of its element, without its prefix.</param>
/// <param name="Start">Where the base64 begins.</param>
/// <param name="End">Where the character stands that ends it; the document's length where none does.</param>
/// <param name="IsDeflated">Whether the element says that the data is compressed (HWPML).</param>
internal readonly record struct XmlData(string Name, long Start, long End, bool IsDeflated);
