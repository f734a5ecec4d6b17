using System.Runtime.InteropServices;
using Perisai.Linux.Interop;

namespace Perisai.Linux.Walls;

/// <summary>
/// Takes from this process everything but its memory and the descriptors that it holds. There is no way back. The order matters: what needs
/// rights comes before they go, a change of user undoes the signal at the parent's end and so precedes it, and the list of system calls,
/// which forbids all the others, is last.
/// </summary>
public static unsafe class Confinement
{
    private const int NewNetwork = 0x4000_0000; // CLONE_NEWNET
    private const int NewInterProcess = 0x0800_0000; // CLONE_NEWIPC
    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int Dumpable = 4; // PR_SET_DUMPABLE
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const nuint Kill = 9; // SIGKILL
    private const int NotPermitted = 1; // EPERM

    /// <summary>Raises the walls of a plan, goes on where one cannot be raised, and tells what stands.</summary>
    public static WallState[] Raise(ConfinementPlan plan)
    {
        var isRoot = CurrentUser.Id == 0;
        // By wall. Once the filter stands there must be little left to do: a runtime with a compiler could not compile it any more.
        var states = new WallState[(int)Wall.SystemCalls + 1];
        void Add(Wall wall, int error, WallStanding success = WallStanding.Stands) =>
            states[(int)wall] = new(wall, error == 0 ? success : WallStanding.Failed, error);

        // What needs a right that an ordinary user lacks is refused with EPERM, and said so. A namespace of users, which would lend
        // the right, is not given to a process of several threads.
        Add(Wall.OwnNetwork, Result(LibC.Unshare(NewNetwork)), WallStanding.StandsInThread);
        Add(Wall.OwnInterProcess, Result(LibC.Unshare(NewInterProcess)), WallStanding.StandsInThread);
        var bounds = isRoot ? Capabilities.DropBounds() : 0;
        if (plan.User is { } user && isRoot)
            Add(Wall.OwnUser, ChangeUser(user));
        else
            Add(Wall.OwnUser, plan.User is null ? 0 : NotPermitted, WallStanding.NotWanted);
        var dropped = Capabilities.DropAll();
        // Every thread lost them with the user; where root stays root, the calling thread alone did.
        Add(Wall.NoCapabilities, bounds != 0 ? bounds : dropped, CurrentUser.Id == 0 ? WallStanding.StandsInThread : WallStanding.Stands);
        // The filter carries it into the other threads.
        Add(Wall.NoNewPrivileges, Control(NoNewPrivileges, 1), plan.SystemCalls ? WallStanding.Stands : WallStanding.StandsInThread);
        Add(Wall.NotDumpable, Control(Dumpable, 0));
        if (plan.EndsWithParent)
            Add(Wall.EndsWithParent, Control(ParentDeathSignal, Kill));
        else
            Add(Wall.EndsWithParent, 0, WallStanding.NotWanted);
        Add(Wall.Limits, ProcessLimits.Set(plan));
        RaiseLandlock(plan.Landlock, states);
        RaiseFilter(plan, states);
        return states;
    }

    private static void RaiseLandlock(bool wanted, WallState[] states)
    {
        var version = Landlock.Version;
        var error = wanted && version > 0 ? Landlock.DenyAll(version) : 0;
        foreach (var (wall, since) in (ReadOnlySpan<(Wall, int)>)[(Wall.NoFiles, 1), (Wall.NoNetwork, 4), (Wall.NoOutsiders, 6)])
        {
            var standing = !wanted ? WallStanding.NotWanted
                : version < since ? WallStanding.NotOnThisKernel
                : error != 0 ? WallStanding.Failed
                : WallStanding.StandsInThread;
            states[(int)wall] = new(wall, standing, standing == WallStanding.Failed ? error : 0);
        }
    }

    private static void RaiseFilter(ConfinementPlan plan, WallState[] states)
    {
        var standing = !plan.SystemCalls ? WallStanding.NotWanted : SystemCallTable.IsKnown ? WallStanding.Stands : WallStanding.NotOnThisKernel;
        var error = standing == WallStanding.Stands ? SystemCallList.Install(plan.KillOnForbiddenCall) : 0;
        states[(int)Wall.SystemCalls] = new(Wall.SystemCalls, error == 0 ? standing : WallStanding.Failed, error);
    }

    private static int ChangeUser(uint user)
    {
        if (Result(LibC.SetGroups(0, null)) is var groups and not 0)
            return groups;
        var group = Result(LibC.SetGroup(user, user, user));
        return group != 0 ? group : Result(LibC.SetUser(user, user, user));
    }

    private static int Control(int operation, nuint value) => Result(LibC.ControlProcess(operation, value, 0, 0, 0));

    private static int Result(int returned) => returned == 0 ? 0 : Marshal.GetLastPInvokeError();
}
