using System.Text.Json;

namespace Perisai.Engine.Containers.Oci;

/// <summary>
/// The layers that an archive's manifests name, in order: <c>manifest.json</c> of docker save, then <c>index.json</c> of the OCI image layout, whose
/// entries are manifests or further indexes. A layer is named once, by the first image that has it.
/// </summary>
internal sealed class ImageManifests(ByteSource source, ImageEntries entries, IMemberSink sink)
{
    private const int MaxManifest = 4 << 20;
    private const int MaxLayers = 10_000;
    private const int MaxManifests = 1000;
    private const int ShownDigits = 12;

    private readonly HashSet<string> _known = [];
    private readonly HashSet<string> _manifests = [];
    private readonly List<ImageLayer> _layers = [];

    public List<ImageLayer> Read()
    {
        if (ReadJson("manifest.json", isExpected: false) is { } docker)
        {
            using (docker)
                ReadDocker(docker.RootElement);
        }

        if (ReadJson("index.json", isExpected: false) is { } index)
        {
            using (index)
                ReadIndex(index.RootElement, "");
        }

        return _layers;
    }

    private void ReadDocker(JsonElement root)
    {
        foreach (var image in Items(root))
        {
            var name = "";
            foreach (var tag in Items(Property(image, "RepoTags")))
                name = name.Length == 0 ? Text(tag) : name;
            if (name.Length == 0)
                name = $"image {Short(Text(Property(image, "Config")))}";
            Add(name, [.. Items(Property(image, "Layers")).Select(Text)]);
        }
    }

    /// <summary>Indexes may hold indexes; they wait in a queue, so that depth costs no stack.</summary>
    private void ReadIndex(JsonElement root, string name)
    {
        var due = new Queue<(string Name, string Digest)>();
        Enqueue(root, name, due);
        while (due.TryDequeue(out var next) && !sink.ShouldStop && _manifests.Count < MaxManifests)
        {
            if (!_manifests.Add(next.Digest) || ReadJson(BlobOf(next.Digest), isExpected: true) is not { } document)
                continue;
            using (document)
            {
                Enqueue(document.RootElement, next.Name, due);
                Add(
                    next.Name.Length > 0 ? next.Name : $"image {Short(next.Digest)}",
                    [.. Items(Property(document.RootElement, "layers")).Select(layer => BlobOf(Text(Property(layer, "digest"))))]);
            }
        }
    }

    private static void Enqueue(JsonElement root, string name, Queue<(string Name, string Digest)> due)
    {
        foreach (var manifest in Items(Property(root, "manifests")))
        {
            var annotations = Property(manifest, "annotations");
            var own = Text(Property(annotations, "io.containerd.image.name"));
            if (own.Length == 0)
                own = Text(Property(annotations, "org.opencontainers.image.ref.name"));
            var digest = Text(Property(manifest, "digest"));
            if (digest.Length > 0)
                due.Enqueue((own.Length > 0 ? own : name, digest));
        }
    }

    private void Add(string image, List<string> paths)
    {
        for (var index = 0; index < paths.Count && _layers.Count < MaxLayers; index++)
        {
            if (paths[index].Length > 0 && _known.Add(paths[index]))
                _layers.Add(new($"{image} layer {index + 1} of {paths.Count} ({Short(paths[index])})", paths[index]));
        }
    }

    /// <summary>The entry of a blob: <c>sha256:…</c> is <c>blobs/sha256/…</c>.</summary>
    private static string BlobOf(string digest) => digest.Length > 0 ? $"blobs/{digest.Replace(':', '/')}" : "";

    /// <summary>The first digits of the number in a path.</summary>
    private static string Short(string path)
    {
        var digits = path.Split('/', ':', '.').MaxBy(part => part.Length) ?? "";
        return digits.Length > ShownDigits ? digits[..ShownDigits] : digits;
    }

    private JsonDocument? ReadJson(string name, bool isExpected)
    {
        if (!entries.TryFind(name, out var offset, out var length))
        {
            // Archives of one platform leave out the manifests of others.
            if (isExpected)
                sink.AddFault(ImageFaults.MissingManifest, -1, name);
            return null;
        }

        if (length <= MaxManifest && offset <= source.Length - length)
        {
            var bytes = new byte[length];
            sink.Budget.ChargeRead(source.Read(offset, bytes));
            try
            {
                return JsonDocument.Parse(bytes);
            }
            catch (JsonException)
            {
                // Reported with one that is too long or cut.
            }
        }

        sink.AddFault(ImageFaults.BadManifest, offset, name);
        return null;
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static IEnumerable<JsonElement> Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    private static string Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() ?? "" : "";
        }
        catch (InvalidOperationException)
        {
            // Half of a pair of surrogates, which is no text.
            return "";
        }
    }
}
