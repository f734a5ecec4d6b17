namespace Perisai.Engine.Containers.Views;

/// <summary>Takes what a page holds beside its text, and keeps nothing: only its links are wanted.</summary>
internal sealed class NoParts : IPageParts
{
    public static readonly NoParts Instance = new();

    public void BeginData(ReadOnlySpan<byte> type)
    {
    }

    public void AddData(byte value)
    {
    }

    public void EndData()
    {
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

    public void BeginDecoded()
    {
    }

    public void AddDecoded(byte value)
    {
    }

    public void EndDecoded(bool isWhole, bool isIntact)
    {
    }
}
