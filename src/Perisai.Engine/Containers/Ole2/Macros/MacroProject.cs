using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>
/// Hands on the sources of a VBA project's modules: those that its directory names, and those that are found in streams beside it which the
/// directory does not name, or not as they are.
/// </summary>
internal static class MacroProject
{
    /// <summary>Source is looked for in this much of a stream without a place in the directory: the compiled code comes first.</summary>
    private const long MaxSearch = 16 << 20;

    /// <summary>Compiled code of a module without a line has some hundred bytes.</summary>
    private const int LeastCode = 64;

    /// <summary>Whether a storage's entry is the directory of a project.</summary>
    public static bool IsDirectory(Ole2File file, Ole2Entry entry) =>
        entry is { Length: > 3, Parent: { } storage } && entry.IsNamed("dir") && (storage.IsNamed("VBA") || file.Find(storage, "_VBA_PROJECT") is not null);

    public static bool Read(Ole2File file, Ole2Entry directory)
    {
        var sink = file.Sink;
        sink.AddObservation(Observations.VbaMacros, directory.Parent?.Path ?? "");
        var modules = MacroDirectory.Read(file.Open(directory), sink.Budget, out var isWhole);
        if (!isWhole)
            sink.AddFault(Ole2Faults.BadMacroDirectory, -1, directory.Path);
        var known = new HashSet<Ole2Entry>();
        var view = new MacroView(sink);
        foreach (var module in modules)
        {
            if (file.Find(directory.Parent, module.StreamName) is not { IsStream: true } stream)
            {
                sink.AddFault(Ole2Faults.BadMacroModule, -1, $"{module.Name}: there is no stream of this name.");
                continue;
            }

            if (!known.Add(stream))
                continue;
            if (!Add(file, stream, module.SourceOffset, view))
                return false;
        }

        foreach (var stream in file.ChildrenOf(directory.Parent!))
        {
            if (stream.IsStream && stream != directory && !known.Contains(stream) && !AddUnnamed(file, stream, view))
                return false;
        }

        return view.HandOn();
    }

    private static bool Add(Ole2File file, Ole2Entry stream, uint offset, MacroView view)
    {
        var source = file.Open(stream);
        if (!BeginsHere(source, offset))
        {
            // The directory may say what it likes: macros also run from their compiled code.
            var found = FindSource(source, file.Sink.Budget);
            if (found < 0)
            {
                file.Sink.AddFault(Ole2Faults.BadMacroModule, offset, $"{stream.Path}: there is no source.");
                if (source.Length > LeastCode)
                    file.Sink.AddObservation(Observations.MacrosWithoutSource, stream.Path);
                return !file.Sink.ShouldStop;
            }

            offset = (uint)found;
        }

        return AddSource(file, stream, source, offset, view);
    }

    private static bool AddUnnamed(Ole2File file, Ole2Entry stream, MacroView view)
    {
        var source = file.Open(stream);
        var found = FindSource(source, file.Sink.Budget);
        return found < 0 ? !file.Sink.ShouldStop : AddSource(file, stream, source, found, view);
    }

    private static bool AddSource(Ole2File file, Ole2Entry stream, ByteSource source, long offset, MacroView view)
    {
        view.Add(stream.Name, source, offset);
        using var input = new CodecInput(source, offset, source.Length - offset, file.Sink.Budget);
        using var content = new MacroSourceStream(input);
        var goesOn = file.Sink.AddStream(new($"{stream.Path}.bas") { DeclaredType = FileType.Text }, content, source.Length - offset);
        if (content.Produced == 0 && offset > LeastCode)
            file.Sink.AddObservation(Observations.MacrosWithoutSource, stream.Path);
        return goesOn;
    }

    /// <summary>Whether compressed source begins at a place: its mark, and a chunk's.</summary>
    private static bool BeginsHere(ByteSource source, long offset)
    {
        Span<byte> first = stackalloc byte[3];
        return source.Read(offset, first) == first.Length && first[0] == 1 && (first[2] & 0x70) == 0x30;
    }

    /// <summary>Where source begins, by its first words, which every module has: <c>Attribute VB_</c>, as they look when compressed.</summary>
    private static long FindSource(ByteSource source, ScanBudget budget)
    {
        var reader = new BoundedReader(source, budget);
        var at = reader.IndexOf("\0Attribut"u8, 0, MaxSearch);
        return at >= 3 && BeginsHere(source, at - 3) ? at - 3 : -1;
    }
}
