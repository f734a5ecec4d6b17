using Perisai.Cli.Commands;
using Perisai.Engine;

namespace Perisai.Cli.Definitions;

/// <summary>
/// Makes the definitions of a scan: compiled segments are mapped, sources are compiled together into one more segment, which is kept in
/// the cache so that the next scan starts at once.
/// </summary>
internal sealed class DefinitionLoader(DefinitionSources sources, TextWriter messages)
{
    private readonly SegmentCache? _cache = sources.UseCache ? SegmentCache.Open() : null;
    private string? _cached;

    /// <exception cref="UsageException">Something is wrong with the definitions; what, has been said.</exception>
    public DefinitionSet Load()
    {
        try
        {
            var segments = new List<string>();
            var texts = new List<string>();
            foreach (var path in sources.Paths)
            {
                if (File.Exists(path) && DefinitionSet.IsSegment(path))
                {
                    segments.Add(path);
                    continue;
                }

                texts.Add(path);
                // The builder passes over compiled segments.
                if (Directory.Exists(path))
                    segments.AddRange(SourceFolder.Files(path).Where(DefinitionSet.IsSegment));
            }

            if (texts.Count == 0 && !sources.IncludeBuiltIn)
            {
                return segments.Count > 0
                    ? DefinitionSet.Open(segments)
                    : throw new UsageException("no definitions: --no-builtin leaves none. Add --defs PATH, or leave --no-builtin out.");
            }

            return _cache is not null && SegmentCacheKey.Of(sources, texts) is { } key ? LoadCached(key, segments, texts) : Compile(segments, texts);
        }
        catch (SegmentException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the definitions cannot be read: {exception.Message}");
        }
    }

    /// <summary>Forgets the cached segment: use has shown that it is damaged.</summary>
    public void Forget()
    {
        if (_cached is not null)
            _cache?.Remove(_cached);
    }

    private DefinitionSet LoadCached(string key, List<string> segments, List<string> texts)
    {
        if (_cache!.Find(key, out var warnings) is { } found)
        {
            try
            {
                var set = DefinitionSet.Open([.. segments, found]);
                messages.Write(warnings);
                _cached = key;
                return set;
            }
            catch (Exception exception) when (exception is SegmentException or IOException)
            {
                // Damaged, or gone meanwhile: it is only a copy of what the sources say. A damaged segment of the user's fails again below.
                _cache.Remove(key);
            }
        }

        try
        {
            var path = _cache.PathOf(key);
            var report = Builder(texts, refuseErrors: true).Build(path);
            Check(report, out var said);
            // The errors that were let pass are to be said each time, so such a segment is not kept: the builder refuses it.
            if (!report.HasErrors)
            {
                _cache.AddWarnings(key, said);
                _cached = key;
                return DefinitionSet.Open([.. segments, path]);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"perisai: warning: the cache of compiled definitions cannot be written: {exception.Message}");
        }

        return Compile(segments, texts, isSaid: true);
    }

    private DefinitionSet Compile(List<string> segments, List<string> texts, bool isSaid = false)
    {
        var set = Builder(texts).BuildTemporary(out var report, segments);
        try
        {
            if (!isSaid)
                Check(report, out _);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private void Check(BuildReport report, out string said)
    {
        said = BuildMessages.Of(report);
        messages.Write(said);
        if (report.HasErrors && !sources.IgnoreErrors)
        {
            throw new UsageException(
                "the definitions have errors; nothing was scanned. Correct them, or scan without the wrong lines: --ignore-definition-errors.");
        }
    }

    private DefinitionBuilder Builder(List<string> texts, bool refuseErrors = false)
    {
        var builder = new DefinitionBuilder
        {
            AllowUnsigned = sources.AllowUnsigned,
            CertificatesFolder = sources.CertificatesFolder,
            PassOverSegments = true,
            RefuseErrors = refuseErrors,
            IncludeBuiltIn = sources.IncludeBuiltIn,
            IncludePotentiallyUnwanted = sources.IncludePotentiallyUnwanted,
            IncludeLinks = sources.IncludeLinks,
            IncludePhishing = sources.IncludePhishing,
        };
        texts.ForEach(builder.Add);
        return builder;
    }
}
