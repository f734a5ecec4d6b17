using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perisai.Linux.Walls;

namespace Perisai.Linux.Tests.Walls;

/// <summary>
/// The test program started again as a worker: it raises the walls that the environment names, tries one forbidden thing and writes what came
/// of it. All calls are raw, and all code runs once before: a confined process with a compiler in it cannot compile.
/// </summary>
internal static unsafe class Worker
{
    public const string Variable = "PERISAI_TEST_WALLS";
    public const int Magic = 0x57414C4C;

    private static readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint> s_call =
        (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "syscall");

#pragma warning disable CA2255 // The test runner's own entry point must not run in a worker.
    [ModuleInitializer]
    internal static void Start()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } order)
            Run(order.Split(';'));
    }
#pragma warning restore CA2255

    private static void Run(string[] order)
    {
        var attempt = Enum.Parse<Attempt>(order[0]);
        var parent = nint.Parse(order[2]);
        var buffer = (byte*)NativeMemory.AllocZeroed(8192);
        var call = Prepare(attempt, parent, nint.Parse(order[3]), nint.Parse(order[4]), buffer);
        var answer = (int*)NativeMemory.AllocZeroed(4096);
        Fill(answer, 0, new WallState[1]);
        nint result = s_call(39, 0, 0, 0, 0, 0, 0);
        var error = Marshal.GetLastSystemError();
        if (attempt == Attempt.AllocateCollectAndThrow)
            result = Live();
        var states = order[1] == "bare" ? [] : Confinement.Raise(new()
        {
            Landlock = order[1] != "no-landlock",
            SystemCalls = order[1] != "no-filter",
            KillOnForbiddenCall = order[1] == "kill",
            User = order[1] == "default" ? 65534 : null,
        });
        if (attempt == Attempt.AllocateCollectAndThrow)
            result = Live();
        else
            result = s_call(call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
        error = Marshal.GetLastSystemError();
        if (attempt == Attempt.Fork && result == 0)
            s_call(231, 0, 0, 0, 0, 0, 0);
        Fill(answer, result < 0 ? error : 0, states);
        s_call(1, 1, (nint)answer, 4096, 0, 0, 0);
        s_call(231, 0, 0, 0, 0, 0, 0);
    }

    private static void Fill(int* answer, int error, WallState[] states)
    {
        answer[0] = Magic;
        answer[1] = error;
        answer[2] = states.Length;
        for (var i = 0; i < states.Length; i++)
        {
            answer[3 + (3 * i)] = (int)states[i].Wall;
            answer[4 + (3 * i)] = (int)states[i].Standing;
            answer[5 + (3 * i)] = states[i].Error;
        }
    }

    /// <summary>Number and arguments, by the numbers of x86-64.</summary>
    private static nint* Prepare(Attempt attempt, nint parent, nint port, nint address, byte* buffer)
    {
        var call = (nint*)NativeMemory.AllocZeroed(64);
        nint[] values = attempt switch
        {
            Attempt.OpenDirectory => [257, -100, Text("/"), 0],
            Attempt.ReadPasswords => [257, -100, Text("/etc/passwd"), 0],
            Attempt.CreateFile => [257, -100, Text(Path.Combine(Path.GetTempPath(), $"perisai-{parent}-walls")), 0x41, 0x180],
            Attempt.Connect => [42, s_call(41, 2, 1, 0, 0, 0, 0), (nint)buffer, 16],
            Attempt.MakeSocket => [41, 2, 1, 0],
            Attempt.Execute => [59, Text("/bin/true"), (nint)buffer, (nint)buffer],
            Attempt.Trace => [101, 0x4206, parent, 0, 0],
            Attempt.Fork => [56, 17, 0, 0, 0, 0],
            Attempt.ReadMemoryOfParent => [310, parent, (nint)buffer, 1, (nint)buffer + 16, 1, 0],
            Attempt.SignalParent => [62, parent, 23],
            Attempt.MapExecutable => [9, 0, 4096, 5, 0x22, -1, 0],
            Attempt.MakeExecutable => [10, s_call(9, 0, 4096, 3, 0x22, -1, 0), 4096, 5],
            _ => [39],
        };
        if (attempt == Attempt.Connect)
        {
            // struct sockaddr_in: family, port and address of 127.0.0.1, both in network order.
            ReadOnlySpan<byte> place = [2, 0, (byte)(port >> 8), (byte)port, 127, 0, 0, 1];
            place.CopyTo(new(buffer, 8));
        }
        else if (attempt == Attempt.ReadMemoryOfParent)
        {
            ReadOnlySpan<nint> vectors = [(nint)buffer + 64, 8, address, 8];
            vectors.CopyTo(new(buffer, 4));
        }

        values.CopyTo(new Span<nint>(call, 8));
        return call;
    }

    private static nint Live()
    {
        nint sum = 0;
        for (var round = 0; round < 20; round++)
        {
            var kept = new List<byte[]>();
            for (var i = 0; i < 200; i++)
                kept.Add(new byte[10_000 + (i * 500)]);
            GC.Collect();
            try
            {
                throw new InvalidDataException();
            }
            catch (InvalidDataException)
            {
                sum += kept.Count;
            }
        }

        return sum;
    }

    private static nint Text(string text) => Marshal.StringToCoTaskMemUTF8(text);
}
