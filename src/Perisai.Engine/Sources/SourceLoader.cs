using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Sources.ClamAvContainer;

namespace Perisai.Engine.Sources;

/// <summary>Reads sources into a compiler and counts what each kind gave. Ignore lists come first, whatever their place, and catalogues last.</summary>
internal sealed class SourceLoader(DefinitionCompiler compiler, LoadChoice choice, bool passesOverSegments, CvdOptions containerOptions, RuleOptions ruleOptions)
{
    private readonly SourceSink _sink = new(compiler);
    private readonly RuleSource _rules = new(compiler, ruleOptions);
    private readonly SortedDictionary<string, long> _loaded = new(StringComparer.Ordinal);

    /// <summary>Definitions loaded, by kind.</summary>
    public IReadOnlyDictionary<string, long> Loaded => _loaded;

    /// <summary>Definitions left out because an ignore list names them.</summary>
    public long Retracted => _sink.Retracted;

    public void Load(IEnumerable<SourceFile> files, IEnumerable<LoadUnit> builtIn)
    {
        var units = new List<LoadUnit>(builtIn);
        var containers = new List<CvdContainer>();
        try
        {
            foreach (var file in files)
                Try(file.Name, () => AddUnits(file, units, containers));
            foreach (var unit in units.OrderBy(unit => unit.Kind.Form switch { DatabaseForm.Ignored => 0, DatabaseForm.Catalog => 2, _ => 1 }))
                Try(unit.Name, () => Load(unit));
            _rules.Finish();
        }
        finally
        {
            containers.ForEach(container => container.Dispose());
        }
    }

    private void AddUnits(SourceFile file, List<LoadUnit> units, List<CvdContainer> containers)
    {
        if (file.FindKind() is { } kind)
        {
            if (kind.Form == DatabaseForm.Container)
                AddMembers(file, units, containers);
            else
                units.Add(new(kind, file.Name, DefinitionFlags.None, () => OpenFile(file.Path)) { Folder = Path.GetDirectoryName(file.Path), Namespace = file.Namespace ?? file.Name });
        }
        else if (file.IsCompanion)
        {
            return;
        }
        else if (DefinitionSet.IsSegment(file.Path))
        {
            if (passesOverSegments && !file.WasNamed)
                return;
            Report(file.Name, 1, SourceFaults.IsSegment,
                "This is a compiled segment and no source. Open it beside the new one, or build again from the sources that it was made of.");
        }
        else
        {
            Report(file.Name, 1, SourceFaults.UnknownKind,
                "The file's extension names no kind of definitions, and its content is no list of digests. Rename it, or leave it out.", file.WasNamed);
        }
    }

    private void AddMembers(SourceFile file, List<LoadUnit> units, List<CvdContainer> containers)
    {
        var container = CvdContainer.Open(file.Path, containerOptions, (id, message, isError) => Report(file.Name, 1, id, message, isError));
        if (container is null)
            return;
        containers.Add(container);
        foreach (var (name, offset, length) in container.Members)
        {
            if (DatabaseKind.Of(name) is { Form: not DatabaseForm.Container, IsHashList: false } kind)
            {
                var flags = container.IsVerified ? DefinitionFlags.SignedSource : DefinitionFlags.None;
                units.Add(new(kind, $"{file.Name}/{name}", flags, () => container.OpenMember(offset, length)));
            }
            else
            {
                var extension = Path.GetExtension(name).TrimStart('.');
                _sink.AddUnsupported(extension.Length > 0 ? extension : name, name, "a member of an unknown kind", new($"{file.Name}/{name}", 1));
            }
        }
    }

    private void Load(LoadUnit unit)
    {
        var (kind, name) = (unit.Kind, unit.Name);
        var flags = kind.Flags | unit.Flags;
        if (!choice.Includes(kind, flags))
            return;
        _sink.PassesOverPhishing = choice.PassesOverPhishing(kind);
        var before = compiler.DefinitionCount + compiler.HashCount;
        using (var stream = unit.Open())
        {
            if (kind.Form == DatabaseForm.Rules)
                _rules.Add(new(name, RuleSource.ReadWhole(stream).Span), unit.Namespace, unit.Folder);
            else if (kind.Form == DatabaseForm.Catalog)
                LoadDocument(stream, (content, file, with, sink) => CatalogSource.Load(content, file, with, _sink.Certificates, sink), name, flags);
            else if (kind.DocumentParser is { } parse)
                LoadDocument(stream, parse, name, flags);
            else
                LoadLines(stream, kind, name, flags);
        }

        var count = compiler.DefinitionCount + compiler.HashCount - before;
        if (count > 0)
            _loaded[unit.CountedAs] = _loaded.GetValueOrDefault(unit.CountedAs) + count;
    }

    private void LoadDocument(Stream stream, DocumentParser parse, string name, DefinitionFlags flags)
    {
        _sink.Line = default;
        parse(stream, name, flags, _sink);
    }

    private void LoadLines(Stream stream, DatabaseKind kind, string name, DefinitionFlags flags)
    {
        using var lines = new LineReader(stream);
        while (lines.MoveNext())
        {
            var line = lines.Line;
            if (lines.IsTooLong)
            {
                Report(name, lines.Number, SourceFaults.LineTooLong,
                    $"The line is longer than {LineReader.MaximumLength} bytes and was passed over. Correct or remove it.");
                continue;
            }

            if (kind.IsHashList)
                line = line.Trim();
            if (line.Span is ['#', ..])
                continue;
            if (line.IsEmpty)
            {
                if (!kind.IsHashList && kind.Parser is not null)
                    Report(name, lines.Number, SourceFaults.EmptyLine, "The line is empty, for which ClamAV refuses the whole database. Remove it.", isError: false);
                continue;
            }

            _sink.Line = line;
            if (kind.Parser is { } parse)
                parse(line.Span, new(name, lines.Number), flags, _sink);
            else
                _sink.AddUnsupported(kind.Name, NameIn(line.Span), kind.Reason, new(name, lines.Number));
        }
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);

    /// <summary>What an unsupported line is called in the report: its beginning, up to what ends the first field in most kinds.</summary>
    private static string NameIn(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny(":;=\t ");
        return line[..Math.Min(end < 0 ? line.Length : end, 100)].ToString();
    }

    private void Try(string name, Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(name, 1, SourceFaults.Unreadable, $"{exception.Message} Nothing more was loaded from it.");
        }
        catch (InvalidOperationException exception)
        {
            Report(name, 1, SourceFaults.TooMany, $"{exception.Message} Build several segments.");
        }
    }

    private void Report(string file, int line, string id, string message, bool isError = true) =>
        _sink.AddDiagnostic(new Diagnostic(id, file, line, 1, message) { IsError = isError });
}
