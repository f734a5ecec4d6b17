namespace Perisai.Linux.Walls;

/// <summary>What keeps a confined process from the rest of the machine.</summary>
public enum Wall
{
    /// <summary>A network of its own, without any interface that is up: unshare(2).</summary>
    OwnNetwork,

    /// <summary>Queues and shared memory of its own: unshare(2).</summary>
    OwnInterProcess,

    /// <summary>A user of its own: setresuid(2).</summary>
    OwnUser,

    /// <summary>No capability in any set: capabilities(7).</summary>
    NoCapabilities,

    /// <summary>No program that it might start gives it new rights: PR_SET_NO_NEW_PRIVS(2const).</summary>
    NoNewPrivileges,

    /// <summary>No core file, and no look into it by processes of the same user: PR_SET_DUMPABLE(2const).</summary>
    NotDumpable,

    /// <summary>It ends with the thread that started it: PR_SET_PDEATHSIG(2const).</summary>
    EndsWithParent,

    /// <summary>Limits on memory, time and descriptors: setrlimit(2).</summary>
    Limits,

    /// <summary>No access by name to any file: landlock(7).</summary>
    NoFiles,

    /// <summary>No TCP: landlock(7), from version 4.</summary>
    NoNetwork,

    /// <summary>No signal to, and no abstract socket of, anyone outside: landlock(7), from version 6.</summary>
    NoOutsiders,

    /// <summary>A list of the system calls that may be made: seccomp(2).</summary>
    SystemCalls,
}
