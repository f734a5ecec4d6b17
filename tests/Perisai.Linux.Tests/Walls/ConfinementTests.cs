using Perisai.Linux.Walls;

namespace Perisai.Linux.Tests.Walls;

/// <summary>Each forbidden thing, tried in a process of its own behind all walls, without Landlock, and without the list of calls.</summary>
public sealed class ConfinementTests
{
    private const int NotPermitted = 1;

    /// <summary>Without walls each attempt succeeds; so what fails behind them fails because of them.</summary>
    [Theory]
    [InlineData(Attempt.OpenDirectory)]
    [InlineData(Attempt.ReadPasswords)]
    [InlineData(Attempt.CreateFile)]
    [InlineData(Attempt.Connect)]
    [InlineData(Attempt.MakeSocket)]
    [InlineData(Attempt.Fork)]
    [InlineData(Attempt.SignalParent)]
    [InlineData(Attempt.MapExecutable)]
    [InlineData(Attempt.MakeExecutable)]
    public void Without_walls_it_succeeds(Attempt attempt)
    {
        var run = WorkerRun.Of(attempt, "bare");
        File.Delete(Path.Combine(Path.GetTempPath(), $"perisai-{Environment.ProcessId}-walls"));
        Assert.True(run.Answered);
        Assert.Equal(0, run.Error);
    }

    [Theory]
    [InlineData(Attempt.OpenDirectory)]
    [InlineData(Attempt.ReadPasswords)]
    [InlineData(Attempt.CreateFile)]
    [InlineData(Attempt.Connect)]
    [InlineData(Attempt.MakeSocket)]
    [InlineData(Attempt.Execute)]
    [InlineData(Attempt.Trace)]
    [InlineData(Attempt.Fork)]
    [InlineData(Attempt.ReadMemoryOfParent)]
    [InlineData(Attempt.SignalParent)]
    [InlineData(Attempt.MapExecutable)]
    [InlineData(Attempt.MakeExecutable)]
    public void Behind_the_walls_it_is_denied(Attempt attempt)
    {
        foreach (var walls in (string[])["default", "all", "no-landlock"])
        {
            var run = WorkerRun.Of(attempt, walls);
            Assert.True(run.Answered, walls);
            Assert.Equal(WallStanding.Stands, run[Wall.SystemCalls].Standing);
            Assert.Equal(NotPermitted, run.Error);
        }
    }

    /// <summary>Landlock knows files, TCP, signals and tracing; not memory, and not new processes, which stay behind its wall.</summary>
    [Theory]
    [InlineData(Attempt.OpenDirectory, 1)]
    [InlineData(Attempt.ReadPasswords, 1)]
    [InlineData(Attempt.CreateFile, 1)]
    [InlineData(Attempt.Execute, 1)]
    [InlineData(Attempt.Trace, 1)]
    [InlineData(Attempt.ReadMemoryOfParent, 1)]
    [InlineData(Attempt.Connect, 4)]
    [InlineData(Attempt.SignalParent, 6)]
    public void Without_the_list_of_calls_Landlock_denies_it(Attempt attempt, int version)
    {
        Assert.SkipWhen(Landlock.Version < version, $"Landlock {version} is needed; this kernel has {Landlock.Version}.");
        var run = WorkerRun.Of(attempt, "no-filter");
        Assert.True(run.Answered);
        Assert.Equal(WallStanding.NotWanted, run[Wall.SystemCalls].Standing);
        Assert.Contains(run.Error, (int[])[NotPermitted, Errno.AccessDenied]);
    }

    [Fact]
    public void A_forbidden_call_can_end_the_process()
    {
        var run = WorkerRun.Of(Attempt.ReadPasswords, "kill");
        Assert.False(run.Answered);
        Assert.Equal(128 + 31, run.ExitCode); // SIGSYS
    }

    [Theory]
    [InlineData("default")]
    [InlineData("no-landlock")]
    public void A_confined_process_allocates_collects_and_throws(string walls)
    {
        var run = WorkerRun.Of(Attempt.AllocateCollectAndThrow, walls);
        Assert.True(run.Answered, $"exit {run.ExitCode}");
        Assert.Equal(0, run.Error);
    }

    [Fact]
    public void Every_wall_is_told_of()
    {
        var run = WorkerRun.Of(Attempt.Nothing, "default");
        Assert.Equal(Enum.GetValues<Wall>().Order(), run.States.Select(state => state.Wall).Order());
        foreach (var wall in (Wall[])[Wall.NoCapabilities, Wall.NoNewPrivileges, Wall.NotDumpable, Wall.EndsWithParent, Wall.Limits])
            Assert.Equal(WallStanding.Stands, run[wall].Standing);
        Assert.Equal(Landlock.Version > 0 ? WallStanding.StandsInThread : WallStanding.NotOnThisKernel, run[Wall.NoFiles].Standing);
        Assert.Equal(CurrentUser.Id == 0 ? WallStanding.Stands : WallStanding.Failed, run[Wall.OwnUser].Standing);
    }
}
