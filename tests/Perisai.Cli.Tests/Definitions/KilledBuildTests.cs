using System.Diagnostics;
using Perisai.Engine;

namespace Perisai.Cli.Tests.Definitions;

public sealed class KilledBuildTests
{
    [Fact]
    public void A_build_that_is_killed_at_any_moment_leaves_the_old_segment_or_the_new_one_whole()
    {
        var folder = Directory.CreateTempSubdirectory("perisai-test-").FullName;
        try
        {
            var random = new Random(4);
            var segment = Path.Combine(folder, "out.segment");
            WriteDatabase(Path.Combine(folder, "old.hdb"), random, 10);
            WriteDatabase(Path.Combine(folder, "new.hdb"), random, 300_000);
            using (var whole = Start(Path.Combine(folder, "new.hdb"), segment))
            {
                var clock = Stopwatch.StartNew();
                whole.WaitForExit();
                Assert.Equal(0, whole.ExitCode);
                var time = clock.Elapsed;
                var fresh = File.ReadAllBytes(segment);
                using (var old = Start(Path.Combine(folder, "old.hdb"), segment))
                    old.WaitForExit();
                var before = File.ReadAllBytes(segment);
                Assert.NotEqual(fresh.Length, before.Length);
                var killed = 0;
                for (var round = 0; round < 10; round++)
                {
                    using var build = Start(Path.Combine(folder, "new.hdb"), segment);
                    // From half of the time on: before that the runtime starts and nothing is written.
                    if (!build.WaitForExit(time * (0.5 + (round * 0.06))))
                    {
                        build.Kill();
                        killed++;
                    }

                    build.WaitForExit();
                    var after = File.ReadAllBytes(segment);
                    Assert.True(after.AsSpan().SequenceEqual(before) || after.AsSpan().SequenceEqual(fresh), $"round {round}: {after.Length} bytes");
                    using var definitions = DefinitionSet.Open(segment);
                    definitions.Verify();
                    File.WriteAllBytes(segment, before);
                }

                Assert.True(killed > 0, "every build was done before it was to be killed");
                using (var last = Start(Path.Combine(folder, "old.hdb"), segment))
                    last.WaitForExit();
                Assert.Equal(["new.hdb", "old.hdb", "out.segment"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_temporary_file_of_a_killed_build_is_removed_by_the_next_and_that_of_a_running_one_is_not()
    {
        using var folder = new TestFolder();
        WriteDatabase(folder["large.hdb"], new Random(5), 300_000);
        WriteDatabase(folder["small.hdb"], new Random(6), 10);
        var segment = folder["out/a.segment"];
        Directory.CreateDirectory(folder["out"]);

        using var killed = Start(folder["large.hdb"], segment);
        var abandoned = WaitForTemporary(folder["out"]);
        killed.Kill();
        killed.WaitForExit();
        Assert.True(File.Exists(abandoned), "the build was done before it was killed");

        // What looks much the same and is not ours stays.
        var strange = folder.Write("out/.a.segment.perisai-.tmp", "mine");
        using var stopped = Start(folder["large.hdb"], segment);
        var live = WaitForTemporary(folder["out"], except: abandoned);
        Tool.Run("kill", "-STOP", stopped.Id.ToString());
        try
        {
            // The stopped one is past its own cleaning, or has it yet to do; the whole build certainly does it.
            using (var whole = Start(folder["small.hdb"], segment))
            {
                whole.WaitForExit();
                Assert.Equal(0, whole.ExitCode);
            }

            Assert.False(File.Exists(abandoned), "the killed build's file is still there");
            Assert.Equal(new[] { live, segment, strange }.Order(StringComparer.Ordinal), Directory.GetFiles(folder["out"]).Order(StringComparer.Ordinal));
        }
        finally
        {
            Tool.Run("kill", "-CONT", stopped.Id.ToString());
        }

        stopped.WaitForExit();
        Assert.Equal(0, stopped.ExitCode);
        Assert.Equal([strange, segment], Directory.GetFiles(folder["out"]).Order(StringComparer.Ordinal));
        using var definitions = DefinitionSet.Open(segment);
        Assert.Equal(300_000, definitions.List().Count());
    }

    /// <summary>The file that a build is writing, as soon as it holds something beside its header.</summary>
    private static string WaitForTemporary(string folder, string? except = null)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            foreach (var path in Directory.GetFiles(folder, ".*.tmp"))
            {
                if (path != except && new FileInfo(path) is { Exists: true, Length: > 100_000 })
                    return path;
            }

            Thread.Sleep(1);
        }

        throw new TimeoutException("the build wrote nothing");
    }

    private static Process Start(string database, string segment) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "perisai.dll"), "defs", "build", database, "-o", segment])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static void WriteDatabase(string path, Random random, int count)
    {
        var digest = new byte[16];
        using var writer = File.CreateText(path);
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(digest);
            writer.Write($"{Convert.ToHexStringLower(digest)}:{random.Next(1, 1_000_000)}:Killed.{i}\n");
        }
    }
}
