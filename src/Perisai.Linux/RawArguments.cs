namespace Perisai.Linux;

/// <summary>The command line as the kernel handed it over: the runtime replaces bytes that are not UTF-8, and the file is then not found.</summary>
public static class RawArguments
{
    /// <summary>The name by which this program was called, which a link or the caller may have chosen; empty where it cannot be told.</summary>
    public static string ProgramName()
    {
        try
        {
            var all = File.ReadAllBytes("/proc/self/cmdline").AsSpan();
            return all.IndexOf((byte)0) is > 0 and var end ? NameEncoding.Decode(all[..end]) : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>The arguments without loss, in the form of <see cref="NameEncoding"/>; the same ones where nothing was replaced.</summary>
    public static string[] Restore(string[] arguments)
    {
        if (!arguments.Any(argument => argument.Contains('\uFFFD')))
            return arguments;
        byte[] all;
        try
        {
            all = File.ReadAllBytes("/proc/self/cmdline");
        }
        catch (IOException)
        {
            return arguments;
        }

        var raw = new List<string>();
        var rest = all.AsSpan();
        while (rest.IndexOf((byte)0) is >= 0 and var end)
        {
            raw.Add(NameEncoding.Decode(rest[..end]));
            rest = rest[(end + 1)..];
        }

        // The program, and under "dotnet" its assembly, stand before the arguments.
        return raw.Count >= arguments.Length ? [.. raw.TakeLast(arguments.Length)] : arguments;
    }
}
