namespace Perisai.Engine.Containers.Views;

/// <summary>Hands on the normalised view of a text.</summary>
internal sealed class TextReader : IContainerReader
{
    public static readonly TextReader Instance = new();

    public string Name => "text";

    public void Read(ByteSource source, IMemberSink sink)
    {
        if (!sink.WantsView(FileType.Text) || source.Length > sink.Budget.Limits.MaxNormalizedText)
            return;
        using var text = new NormalizedText(source);
        sink.AddStream(new("normalized") { DeclaredType = FileType.Text, IsView = true }, text, -1);
    }
}
