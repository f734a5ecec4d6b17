using Perisai.Linux;

namespace Perisai.Cli.Walking;

/// <summary>A list of paths, each ended by one byte; read as it is needed. Names are bytes and need not be UTF-8.</summary>
internal sealed class PathList(Func<CancellationToken, Stream> open, byte terminator)
{
    /// <summary>No path of Linux is longer; without a bound, a file that is no list would fill the memory.</summary>
    private const int MaximumLength = 1 << 20;

    /// <exception cref="IOException">The list cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled while the list did not come.</exception>
    public IEnumerable<string> Read(CancellationToken cancellation)
    {
        using (var stream = open(cancellation))
        {
            var buffer = new byte[64 << 10];
            var line = new MemoryStream();
            while (stream.Read(buffer, 0, buffer.Length) is > 0 and var count)
            {
                for (var from = 0; from < count;)
                {
                    var end = buffer.AsSpan(from, count - from).IndexOf(terminator);
                    line.Write(buffer, from, end < 0 ? count - from : end);
                    if (line.Length > MaximumLength)
                        throw new IOException("the list has a line of more than a million bytes; is it a list of paths?");
                    if (end < 0)
                        break;
                    from += end + 1;
                    if (line.Length > 0)
                        yield return Take(line);
                }
            }

            if (line.Length > 0)
                yield return Take(line);
        }
    }

    private static string Take(MemoryStream line)
    {
        var path = NameEncoding.Decode(line.GetBuffer().AsSpan(0, (int)line.Length));
        line.SetLength(0);
        return path;
    }
}
