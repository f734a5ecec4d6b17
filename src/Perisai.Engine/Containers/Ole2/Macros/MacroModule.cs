namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>What the directory of a project says of a module: its stream, and where in it the source begins behind the compiled code.</summary>
internal readonly record struct MacroModule(string Name, string StreamName, uint SourceOffset);
