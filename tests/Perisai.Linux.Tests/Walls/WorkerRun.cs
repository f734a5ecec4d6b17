using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Perisai.Linux.Walls;

namespace Perisai.Linux.Tests.Walls;

/// <summary>One run of a worker.</summary>
/// <param name="ExitCode">128 and the signal's number where one ended it.</param>
/// <param name="Answered">Whether it lived to answer.</param>
/// <param name="Error">Error number of the attempt; 0 where it succeeded.</param>
/// <param name="States">What it said of its walls.</param>
internal sealed unsafe record WorkerRun(int ExitCode, bool Answered, int Error, WallState[] States)
{
    public static WorkerRun Of(Attempt attempt, string walls)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "The attempts are numbered for x86-64.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var secret = NativeMemory.AllocZeroed(8);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileName(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(WorkerRun).Assembly.Location);
        start.Environment[Worker.Variable] = $"{attempt};{walls};{Environment.ProcessId};{port};{(nint)secret}";
        // Memory for compiled code is mapped once, writable, rather than twice: nothing executable can be mapped later.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        NativeMemory.Free(secret);
        var answer = MemoryMarshal.Cast<byte, int>(output.ToArray());
        if (answer.Length < 3 || answer[0] != Worker.Magic)
            return new(process.ExitCode, false, 0, []);
        var states = new WallState[answer[2]];
        for (var i = 0; i < states.Length; i++)
            states[i] = new((Wall)answer[3 + (3 * i)], (WallStanding)answer[4 + (3 * i)], answer[5 + (3 * i)]);
        return new(process.ExitCode, true, answer[1], states);
    }

    public WallState this[Wall wall] => States.Single(state => state.Wall == wall);
}
