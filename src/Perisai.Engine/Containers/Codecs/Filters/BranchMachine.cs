namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>The machines whose branches <see cref="BranchFilter"/> knows.</summary>
internal enum BranchMachine
{
    PowerPc,
    Ia64,
    Arm,
    ArmThumb,
    Sparc,
    Arm64,
}
