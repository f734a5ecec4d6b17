using System.Collections.Frozen;

namespace Perisai.Engine.Modules;

/// <summary>All modules, by name. One line each.</summary>
internal static class RuleModules
{
    private static readonly FrozenDictionary<string, RuleModule> _modules = new RuleModule[]
    {
        new Androguard.AndroguardModule(),
        new Clock.TimeModule(),
        new ConsoleLog.ConsoleModule(),
        new Crx.CrxModule(),
        new Cuckoo.CuckooModule(),
        new Dex.DexModule(),
        new DotNet.DotNetModule(),
        new Elf.ElfModule(),
        new Hashes.HashModule(),
        new Lnk.LnkModule(),
        new MachO.MachOModule(),
        new Magic.MagicModule(),
        new Mathematics.MathModule(),
        new Pe.PeModule(),
        new Strings.StringModule(),
        new VirusTotal.VirusTotalModule(),
    }.ToFrozenDictionary(module => module.Name, StringComparer.Ordinal);

    /// <summary>Their names, for messages.</summary>
    public static IEnumerable<string> Names => _modules.Keys.Order(StringComparer.Ordinal);

    public static RuleModule? Find(string name) => _modules.GetValueOrDefault(name);
}
