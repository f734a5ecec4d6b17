namespace Perisai.Engine.Containers.Oci;

/// <summary>A layer of an image: the name that it is handed on under, and its entry in the archive.</summary>
/// <param name="Entry">The path of the entry; what a manifest says, and nothing to be believed.</param>
internal readonly record struct ImageLayer(string Name, string Entry);
