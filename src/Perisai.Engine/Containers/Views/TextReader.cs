namespace Perisai.Engine.Containers.Views;

/// <summary>Hands on the view of a text, or those of the page in it, where something is written before its first tag.</summary>
internal sealed class TextReader : IContainerReader
{
    public static readonly TextReader Instance = new();

    public string Name => "text";

    public FormatDescription Description { get; } = new(
        "text in any code, and data of no known type that look like it",
        "a view in lower case with single spaces",
        "ClamAV's definitions for texts (target 7)")
    {
        Limits = "20 MiB",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        if (source.Length <= sink.Budget.Limits.MaxNormalizedPage && TextSample.IsNarrow(source) && PageMarks.AreIn(source, sink.Budget))
        {
            PageReader.Instance.Read(source, sink);
            return;
        }

        if (!sink.WantsView(FileType.Text))
            return;
        if (source.Length > sink.Budget.Limits.MaxNormalizedText)
        {
            sink.AddNotScanned(new("normalized"), NotScannedReason.OverBudget, "The text is too long for definitions for texts.", BudgetLimit.View);
            return;
        }

        using var text = new NormalizedText(source);
        sink.AddStream(new("normalized") { DeclaredType = FileType.Text, IsView = true }, text, -1);
    }
}
