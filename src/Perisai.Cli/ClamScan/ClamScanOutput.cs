using System.Text;
using Perisai.Linux;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// Lines as clamscan writes them. Names are written as their own bytes, since scripts read them back; only control characters, with which a name
/// could forge a line or move a cursor, are shown as <c>\x0a</c>.
/// </summary>
internal sealed class ClamScanOutput : IDisposable
{
    private readonly BufferedStream _output = new(Console.OpenStandardOutput(), 32 << 10);
    private readonly Stream _standardError = Console.OpenStandardError();
    private readonly Stream _errors;
    private readonly FileStream? _log;
    private readonly bool _isQuiet;

    /// <exception cref="IOException">The log cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither.</exception>
    public ClamScanOutput(string? log, bool isQuiet, bool errorsToOutput)
    {
        _isQuiet = isQuiet;
        _errors = errorsToOutput ? _output : _standardError;
        if (log is null)
            return;
        _log = new(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        _log.Write(Encoding.ASCII.GetBytes($"\n{new string('-', 79)}\n\n"));
    }

    /// <summary>A line about a file in which nothing was found.</summary>
    public void Plain(string line)
    {
        if (!_isQuiet)
            _output.Write(Bytes(line));
    }

    /// <summary>A line about a finding, or about what was done with the file.</summary>
    public void Finding(string line)
    {
        Plain(line);
        _log?.Write(Bytes(line));
    }

    /// <summary>Something that does not keep the scan from its end. Not an error, so that <c>--quiet</c> leaves it out.</summary>
    public void Warning(string line)
    {
        if (!_isQuiet)
            _errors.Write(Bytes("WARNING: " + line));
        _log?.Write(Bytes("WARNING: " + line));
    }

    public void Error(string line)
    {
        _errors.Write(Bytes("ERROR: " + line));
        _log?.Write(Bytes("ERROR: " + line));
    }

    /// <summary>The system's own words beside an error; on standard error always.</summary>
    public void Remark(string line) => _standardError.Write(Bytes(line));

    /// <summary>A description of a file; on standard error always.</summary>
    public void Metadata(ReadOnlySpan<byte> json) => _standardError.Write(json);

    /// <summary>Several lines of our own making.</summary>
    public void Block(string text)
    {
        if (!_isQuiet)
            _output.Write(Encoding.UTF8.GetBytes(text));
        _log?.Write(Encoding.UTF8.GetBytes(text));
    }

    public void Bell() => _standardError.WriteByte(7);

    public void Flush()
    {
        _output.Flush();
        _log?.Flush();
    }

    public void Dispose()
    {
        try
        {
            Flush();
        }
        catch (IOException)
        {
            // Said already, where it happened first.
        }

        _log?.Dispose();
    }

    private static byte[] Bytes(string line)
    {
        if (line.AsSpan().ContainsAnyInRange('\0', '\x1f') || line.Contains('\x7f'))
            line = string.Concat(line.Select(character => character is < ' ' or '\x7f' ? $"\\x{(int)character:x2}" : character.ToString()));
        return NameEncoding.Encode(line + "\n");
    }
}
