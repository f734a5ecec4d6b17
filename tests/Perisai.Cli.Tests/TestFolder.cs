namespace Perisai.Cli.Tests;

/// <summary>A folder that is gone, with everything in it, when the test is over.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("perisai-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    // The runtime cannot delete names that are not UTF-8, nor paths longer than PATH_MAX.
    public void Dispose() => Tool.Shell("/", $"chmod -R u+rwX '{Path}' 2>/dev/null; rm -rf '{Path}'");
}
