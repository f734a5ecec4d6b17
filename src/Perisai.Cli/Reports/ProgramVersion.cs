using System.Reflection;

namespace Perisai.Cli.Reports;

/// <summary>Which build this is.</summary>
internal static class ProgramVersion
{
    /// <summary>The version, with the commit after a plus sign where it is known.</summary>
    public static string Full { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>The version alone.</summary>
    public static string Number => Full.Split('+')[0];
}
