namespace Perisai.Engine.Containers.Volumes;

/// <summary>
/// The directories of a file system that are still to be read. Each is told apart by a number that only it has, and is read once: loops end
/// by themselves, and depth costs no stack.
/// </summary>
internal sealed class DirectoryStack(IMemberSink sink, string format)
{
    /// <summary>More directories than objects may be scanned. They are not read.</summary>
    private const int MaxDirectories = 200_000;

    private readonly HashSet<ulong> _known = [];
    private readonly Stack<(string Path, ulong Number)> _due = new();

    public void Push(string path, ulong number)
    {
        if (_known.Count >= MaxDirectories)
            sink.AddLoss($"{format}.too-many-directories", -1);
        else if (_known.Add(number))
            _due.Push((path, number));
    }

    /// <summary>The next directory; false where there is none, or nothing more is wanted.</summary>
    public bool TryPop(out string path, out ulong number)
    {
        (path, number) = ("", 0);
        if (sink.ShouldStop || !_due.TryPop(out var next))
            return false;
        (path, number) = next;
        return true;
    }
}
