using System.Text;
using Perisai.Cli.Walking;
using Perisai.Linux;

namespace Perisai.Cli.Yara;

/// <summary>
/// Lines as yara writes them: names of files as their own bytes, what comes from rules as one character a byte. What goes to standard error comes after
/// what was written before it.
/// </summary>
internal sealed class YaraOutput : IDisposable
{
    private readonly BufferedStream _output = new(new StandardOutput(), 32 << 10);
    private readonly Stream _errors = Console.OpenStandardError();

    /// <summary>The path as yara puts it together: a slash between the names, whatever an argument ends with.</summary>
    public static string PathOf(FilePath path)
    {
        if (path.Parent is null)
            return path.Name;
        var names = new Stack<string>();
        for (var at = path; at is not null; at = at.Parent)
            names.Push(at.Name);
        return string.Join('/', names);
    }

    /// <summary>Writes text of one character a byte.</summary>
    public void Write(string latin1)
    {
        Span<byte> buffer = stackalloc byte[256];
        while (latin1.Length > 0)
        {
            var count = Encoding.Latin1.GetBytes(latin1.AsSpan(0, Math.Min(latin1.Length, buffer.Length)), buffer);
            _output.Write(buffer[..count]);
            latin1 = latin1[count..];
        }
    }

    /// <summary>Writes a name of the file system.</summary>
    public void WriteName(string name) => _output.Write(NameEncoding.Encode(name));

    public void WriteByte(byte value) => _output.WriteByte(value);

    /// <summary>Writes a line on standard error.</summary>
    public void Error(string line)
    {
        _output.Flush();
        _errors.Write([.. NameEncoding.Encode(line), (byte)'\n']);
    }

    /// <summary>Writes a line on standard error where there is no other output.</summary>
    public static void PrintError(string line)
    {
        using var errors = Console.OpenStandardError();
        errors.Write([.. NameEncoding.Encode(line), (byte)'\n']);
    }

    /// <summary>Lets what was written so far be read.</summary>
    public void Flush() => _output.Flush();

    /// <exception cref="IOException">Standard output cannot be written.</exception>
    public void Dispose() => _output.Dispose();
}
