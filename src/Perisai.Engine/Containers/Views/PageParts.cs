namespace Perisai.Engine.Containers.Views;

/// <summary>Hands on what the <c>data:</c> addresses of a page hold.</summary>
internal sealed class PageParts(IMemberSink sink) : IPageParts, IDisposable
{
    private DataPart? _data;
    private int _count;

    public void BeginData(ReadOnlySpan<byte> type) => _data = new(type, ++_count, sink.Budget);

    public void AddData(byte value) => _data?.Add(value);

    public void EndData()
    {
        _data?.HandOn(sink);
        _data?.Dispose();
        _data = null;
    }

    public void BeginScript()
    {
    }

    public void AddScript(byte value)
    {
    }

    public void EndScript()
    {
    }

    public void Dispose() => _data?.Dispose();
}
