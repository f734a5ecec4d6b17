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
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
