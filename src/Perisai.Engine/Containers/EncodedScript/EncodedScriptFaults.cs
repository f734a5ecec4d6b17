namespace Perisai.Engine.Containers.EncodedScript;

/// <summary>What can be wrong with an encoded script.</summary>
internal static class EncodedScriptFaults
{
    /// <summary>It ends before its length.</summary>
    public const string Cut = "screnc.cut";

    /// <summary>The sum of its characters or the mark behind it is wrong.</summary>
    public const string WrongSum = "screnc.wrong-sum";
}
