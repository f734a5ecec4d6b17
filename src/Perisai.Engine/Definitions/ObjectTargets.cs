using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions;

/// <summary>Which target an object of a type belongs to.</summary>
internal static class ObjectTargets
{
    public static ObjectTarget For(FileType type) => ObjectTarget.Other;
}
