namespace Perisai.Linux.Tests.Walls;

/// <summary>What a worker tries once its walls stand.</summary>
public enum Attempt
{
    Nothing,
    OpenDirectory,
    ReadPasswords,
    CreateFile,
    Connect,
    MakeSocket,
    Execute,
    Trace,
    Fork,
    ReadMemoryOfParent,
    SignalParent,
    MapExecutable,
    MakeExecutable,
    AllocateCollectAndThrow,
}
