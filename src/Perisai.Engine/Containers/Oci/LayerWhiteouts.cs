namespace Perisai.Engine.Containers.Oci;

/// <summary>
/// The marks by which a layer deletes what layers below it hold: <c>.wh.name</c> hides a name, <c>.wh..wh..opq</c> all that was in the folder. What they
/// hide is looked at in its own layer all the same; the layer that hides it says so.
/// </summary>
internal sealed class LayerWhiteouts
{
    private const string Mark = ".wh.";
    private const string OpaqueMark = ".wh..wh..opq";
    private const int MaxShown = 50;

    private readonly List<string> _hidden = [];
    private int _count;

    public void Look(string path)
    {
        var at = path.LastIndexOf('/') + 1;
        if (string.CompareOrdinal(path, at, Mark, 0, Mark.Length) != 0)
            return;
        _count++;
        if (_hidden.Count < MaxShown)
            _hidden.Add(path.AsSpan(at).SequenceEqual(OpaqueMark) ? $"{path[..at]}*" : path[..at] + path[(at + Mark.Length)..]);
    }

    public void Report(IMemberSink sink)
    {
        if (_count == 0)
            return;
        var more = _count > _hidden.Count ? $" and {_count - _hidden.Count} more" : "";
        sink.AddObservation(Observations.LayerDeletes, $"{string.Join(", ", _hidden)}{more}");
    }
}
