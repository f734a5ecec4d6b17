using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>ClamAV's target types by number.</summary>
internal static class TargetNumber
{
    /// <summary>Definitions for 8 (not used) and 13 (internal) are taken, and match nothing, as in ClamAV.</summary>
    public static ObjectTarget ToTarget(int number) => number == (int)ObjectTarget.None ? ObjectTarget.Unused : (ObjectTarget)number;
}
