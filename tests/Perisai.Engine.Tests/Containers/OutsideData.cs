namespace Perisai.Engine.Tests.Containers;

/// <summary>Archives of other projects, in the folder that the environment variable PERISAI_TEST_DATA names.</summary>
internal static class OutsideData
{
    public const string Variable = "PERISAI_TEST_DATA";

    /// <summary>All files below that folder with one of these names; skips the test where there are none.</summary>
    public static IReadOnlyList<string> Find(params string[] patterns)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        var found = string.IsNullOrEmpty(folder) || !Directory.Exists(folder)
            ? []
            : patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)).Order(StringComparer.Ordinal).ToList();
        if (found.Count == 0)
            Assert.Skip($"{Variable} names no folder with {string.Join(", ", patterns)}.");
        return found;
    }

    /// <summary>The bytes of a uuencoded file.</summary>
    public static byte[] Uudecode(string path)
    {
        var bytes = new List<byte>();
        var inside = false;
        foreach (var line in File.ReadLines(path))
        {
            if (!inside)
            {
                inside = line.StartsWith("begin ", StringComparison.Ordinal);
                continue;
            }

            if (line == "end")
                break;
            var count = line.Length > 0 ? (line[0] - ' ') & 63 : 0;
            for (var at = 1; count > 0; at += 4)
            {
                var value = 0;
                for (var digit = 0; digit < 4; digit++)
                    value = value << 6 | (at + digit < line.Length ? (line[at + digit] - ' ') & 63 : 0);
                for (var shift = 16; shift >= 0 && count > 0; shift -= 8, count--)
                    bytes.Add((byte)(value >> shift));
            }
        }

        return [.. bytes];
    }
}
