using BenchmarkDotNet.Running;
using Perisai.Benchmarks;

// matcher CORPUS...: the matcher alone, as a ratio to a sum over memory in the same run. Anything else goes to BenchmarkDotNet.
if (args is ["matcher", .. var folders])
    return MatcherSpeed.Run(folders);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
