using System.Buffers;

namespace Perisai.Engine.Containers.Views;

/// <summary>Hands on the views of a page, and what is in its <c>data:</c> addresses.</summary>
internal sealed class PageReader : IContainerReader
{
    /// <summary>Bytes taken at a time.</summary>
    private const int BlockLength = 64 << 10;

    /// <summary>A page whose first bytes show it: only its views are looked at as a page.</summary>
    public static readonly PageReader Instance = new(false);

    /// <summary>The same in UTF-16 with the low byte first.</summary>
    public static readonly PageReader Wide = new(true);

    private readonly bool _isWide;

    private PageReader(bool isWide) => _isWide = isWide;

    public string Name => "html";

    public FormatDescription Description { get; } = new(
        "HTML, also in UTF-16 (html, htm, hta, svg)",
        "`data:` addresses in attributes; encoded scripts (JScript.Encode, VBScript.Encode); views without comments, without tags, and of scripts",
        "[HTML 4.01](https://www.w3.org/TR/html401/), [RFC 2397](https://www.rfc-editor.org/rfc/rfc2397)")
    {
        Limits = "40 MiB, without tags 8 MiB",
        Gaps = "`data:` addresses in style sheets and scripts",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        if (source.Length > sink.Budget.Limits.MaxNormalizedPage)
        {
            sink.AddNotScanned(new("nocomment.html"), NotScannedReason.OverBudget, "The page is too long for definitions for pages.", BudgetLimit.View);
            return;
        }

        var isWanted = sink.WantsView(FileType.Html);
        var budget = sink.Budget;
        using var noComments = new ViewWriter(budget, isWanted);
        using var noTags = new ViewWriter(budget, isWanted && source.Length <= budget.Limits.MaxPageWithoutTags);
        // Definitions for pages and for texts see the scripts.
        var wantsScripts = isWanted || sink.WantsView(FileType.Text);
        using var scripts = new ViewWriter(budget, wantsScripts);
        using var parts = new PageParts(sink, scripts, wantsScripts);
        var page = new PageNormalizer(noComments, noTags, parts);
        ReadInto(page, _isWide ? new NarrowedText(source) : source, sink);
        page.End();
        parts.End();
        noComments.HandOn(View("nocomment.html"), sink);
        noTags.HandOn(View("notags.html"), sink);
        scripts.HandOn(View("javascript"), sink);
        scripts.HandOn(View("javascript") with { DeclaredType = FileType.Text }, sink);
    }

    private static Member View(string name) => new(name) { DeclaredType = FileType.Html, IsView = true };

    private static void ReadInto(PageNormalizer page, ByteSource source, IMemberSink sink)
    {
        if (source.TryGetMemory(out var memory))
        {
            for (var at = 0; at < memory.Length && !sink.ShouldStop; at += BlockLength)
                page.Write(memory.Span[at..Math.Min(at + BlockLength, memory.Length)]);
            return;
        }

        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        for (long at = 0; at < source.Length && !sink.ShouldStop;)
        {
            var count = source.Read(at, block);
            if (count == 0)
                break;
            page.Write(block.AsSpan(0, count));
            at += count;
        }

        ArrayPool<byte>.Shared.Return(block);
    }
}
