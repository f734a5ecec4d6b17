using BenchmarkDotNet.Running;
using Perisai.Benchmarks;

// matcher [--database FOLDER] CORPUS...: the matcher alone, as a ratio to a sum over memory in the same run.
// build SOURCE... -o SEGMENT and scan SEGMENT FOLDER...: the engine on whole files. Anything else goes to BenchmarkDotNet.
switch (args)
{
    case ["matcher", .. var folders]:
        return MatcherSpeed.Run(folders);
    case ["build", .. var arguments]:
        return WholeScan.Build(arguments);
    case ["scan", .. var arguments]:
        return WholeScan.Scan(arguments);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
