using Perisai.Engine;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Pictures;
using Perisai.Engine.Formats;

namespace Perisai.Fuzz;

/// <summary>The targets: every container reader, and what else looks at an object's bytes.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. Enum.GetValues<FileType>().Select(ContainerDispatcher.ReaderFor).OfType<IContainerReader>().Distinct().Select(ForReader),
        new("identification", source => Identify(source).ToString()),
        new("executable", ReadExecutable),
        new("picture", HashPicture),
    ];

    private static FuzzTarget ForReader(IContainerReader reader) => new(reader.Name, source =>
    {
        using var sink = new DigestSink();
        // Not through the dispatcher, which would keep what is thrown to itself.
        reader.Read(source, sink);
        if (sink.Budget.Exhausted == BudgetLimit.Time)
            throw new TimeoutException($"{reader.Name} did not end.");
        return sink.Budget.Exhausted == BudgetLimit.None ? sink.Digest() : "over budget";
    });

    private static FileType Identify(ByteSource source) => ContainerDispatcher.Identify(source, new ScanBudget(DigestSink.Limits));

    private static string HashPicture(ByteSource source)
    {
        var budget = new ScanBudget(DigestSink.Limits);
        var type = Identify(source);
        if (!PictureDecoder.Decodes(type))
            return "none";
        var hash = PictureDecoder.Hash(type, source, budget, out var fault);
        return budget.Exhausted == BudgetLimit.None ? $"{hash:x16} {fault?.Detail}" : "over budget";
    }

    private static string ReadExecutable(ByteSource source)
    {
        var reader = new BoundedReader(source, new ScanBudget(DigestSink.Limits));
        var facts = ExecutableReader.Read(Identify(source), reader, ExecutableDetails.VersionInformation | ExecutableDetails.Imports);
        return facts is null ? "none" : $"{facts.EntryPoint} {facts.Sections.Length} {facts.ImportHashText}";
    }
}
