namespace Perisai.Cli.Scanning;

/// <summary>How far a scan has come; written by its threads and read by the display.</summary>
internal sealed class ScanProgress
{
    private long _files;
    private long _bytes;

    public long Files => Volatile.Read(ref _files);

    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, bytes);
    }
}
