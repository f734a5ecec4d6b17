using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Tests.Architecture;

namespace Perisai.Engine.Tests.Containers;

/// <summary>
/// docs/formats.md is generated from what the readers say of themselves. Where it differs, this test says so, and writes it anew when the
/// environment variable PERISAI_WRITE_DOCS is set.
/// </summary>
public sealed class FormatsPageTests
{
    [Fact]
    public void The_page_says_what_the_code_says()
    {
        var path = Path.Combine(SourceTree.Require(), "docs/formats.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("PERISAI_WRITE_DOCS") is { Length: > 0 })
            File.WriteAllText(path, page);
        Assert.Equal(page, File.ReadAllText(path));
    }

    private static IEnumerable<IContainerReader> Readers() =>
        Enum.GetValues<FileType>().Select(ContainerDispatcher.ReaderFor).OfType<IContainerReader>().Distinct()
            .Concat(
            [
                Perisai.Engine.Containers.Views.PageReader.Instance, Perisai.Engine.Containers.Views.TextReader.Instance,
                new Perisai.Engine.Containers.Appended.AppendedReader(),
            ]);

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("""
            # Formats

            What Perisai opens. This page is generated from the readers (`PERISAI_WRITE_DOCS=1 ./test` writes it); each reader's folder under
            `src/Perisai.Engine/Containers` says more. The limits of every scan (bytes, objects, depth, time, memory) hold for all of them and are in
            [command-line.md](command-line.md). What is met and cannot be opened is reported as not scanned, with the reason.

            | format | what is opened | its own limits | known gaps | specification |
            |---|---|---|---|---|

            """);
        foreach (var row in Readers().Select(reader => reader.Description))
            page.Append($"| {row.Format} | {row.Opens} | {row.Limits} | {row.Gaps} | {row.Specification} |\n");
        var closed = Enum.GetValues<FileType>().Where(ContainerDispatcher.IsUnopened).ToList();
        if (closed.Count > 0)
            page.Append($"\nRecognised and reported, but not opened: {string.Join(", ", closed)}.\n");
        return page.ToString();
    }
}
