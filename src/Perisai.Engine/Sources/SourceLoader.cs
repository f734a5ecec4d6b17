using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Sources;

/// <summary>Reads sources into a compiler and counts what each kind gave. Ignore lists come first, whatever their place.</summary>
internal sealed class SourceLoader
{
    private readonly DefinitionCompiler _compiler;
    private readonly SourceSink _sink;
    private readonly bool _includesUnwanted;
    private readonly SortedDictionary<string, long> _loaded = new(StringComparer.Ordinal);

    public SourceLoader(DefinitionCompiler compiler, bool includesUnwanted)
    {
        _compiler = compiler;
        _sink = new(compiler);
        _includesUnwanted = includesUnwanted;
    }

    /// <summary>Definitions loaded, by kind.</summary>
    public IReadOnlyDictionary<string, long> Loaded => _loaded;

    /// <summary>Definitions left out because an ignore list names them.</summary>
    public long Retracted => _sink.Retracted;

    public void LoadBuiltIn()
    {
        BuiltInDefinitions.AddTo(_compiler);
        _loaded[BuiltInDefinitions.Source] = _compiler.DefinitionCount;
    }

    public void Load(IReadOnlyList<SourceFile> files)
    {
        var kinds = new DatabaseKind?[files.Count];
        for (var i = 0; i < files.Count; i++)
            kinds[i] = Try(files[i], FindKind);
        for (var i = 0; i < files.Count; i++)
        {
            if (kinds[i] is { Form: DatabaseForm.Ignored } kind)
                Try(files[i], file => LoadFile(file, kind));
        }

        for (var i = 0; i < files.Count; i++)
        {
            if (kinds[i] is { Form: not DatabaseForm.Ignored } kind)
                Try(files[i], file => LoadFile(file, kind));
        }
    }

    private DatabaseKind? FindKind(SourceFile file)
    {
        var kind = file.FindKind();
        if (kind is not null)
            return kind;
        if (DefinitionSet.IsSegment(file.Path))
        {
            Report(file.Name, 1, SourceFaults.IsSegment,
                "This is a compiled segment and no source. Open it beside the new one, or build again from the sources that it was made of.");
        }
        else
        {
            Report(file.Name, 1, SourceFaults.UnknownKind,
                "The file's extension names no kind of definitions, and its content is no list of digests. Rename it, or leave it out.", file.WasNamed);
        }

        return null;
    }

    private bool LoadFile(SourceFile file, DatabaseKind kind)
    {
        if (kind.Form == DatabaseForm.UnsupportedFile)
        {
            _sink.AddUnsupported(kind.Name, file.Name, kind.Reason, new(file.Name, 1));
            return true;
        }

        if (kind.Form == DatabaseForm.Container)
        {
            _sink.AddUnsupported(kind.Name, file.Name, "containers are not read yet", new(file.Name, 1));
            return true;
        }

        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
        LoadText(stream, file.Name, kind, DefinitionFlags.None);
        return true;
    }

    private void LoadText(Stream stream, string name, DatabaseKind kind, DefinitionFlags flags)
    {
        flags |= kind.Flags;
        if (!_includesUnwanted && flags.HasFlag(DefinitionFlags.PotentiallyUnwanted))
            return;
        var before = _compiler.DefinitionCount + _compiler.HashCount;
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

        var count = _compiler.DefinitionCount + _compiler.HashCount - before;
        if (count > 0)
            _loaded[kind.IsHashList ? DatabaseKind.HashList.Name : kind.Name] = _loaded.GetValueOrDefault(kind.IsHashList ? DatabaseKind.HashList.Name : kind.Name) + count;
    }

    /// <summary>What an unsupported line is called in the report: its beginning, up to what ends the first field in most kinds.</summary>
    private static string NameIn(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny(":;=\t ");
        return line[..Math.Min(end < 0 ? line.Length : end, 100)].ToString();
    }

    private T? Try<T>(SourceFile file, Func<SourceFile, T> work)
    {
        try
        {
            return work(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(file.Name, 1, SourceFaults.Unreadable, $"{exception.Message} Nothing more was loaded from it.");
        }
        catch (InvalidOperationException exception)
        {
            Report(file.Name, 1, SourceFaults.TooMany, $"{exception.Message} Build several segments.");
        }

        return default;
    }

    private void Report(string file, int line, string id, string message, bool isError = true) =>
        _sink.AddDiagnostic(new Diagnostic(id, file, line, 1, message) { IsError = isError });
}
