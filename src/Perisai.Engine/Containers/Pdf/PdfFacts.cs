namespace Perisai.Engine.Containers.Pdf;

/// <summary>A script that stands as text in an object. It is encrypted as the object is, unless that lay in an object stream.</summary>
internal readonly record struct PdfScript(int Number, int Generation, byte[] Text, bool MayBeEncrypted);

/// <summary>A file's name, as its file specification has it.</summary>
internal readonly record struct PdfFileName(int Number, int Generation, byte[] Text, bool MayBeEncrypted);

/// <summary>What was learned of the document while its objects went by. What is kept is bounded.</summary>
internal sealed class PdfFacts(IMemberSink sink)
{
    private const int MaximumSmallObjects = 50_000;
    private const int MaximumScripts = 20_000;
    private const int MaximumNamedFiles = 50_000;
    private const long MaximumText = 16 << 20;

    private readonly Dictionary<long, (PdfValue Value, int Generation, bool MayBeEncrypted)> _small = [];
    private long _text;

    /// <summary>Scripts that stand in objects.</summary>
    public List<PdfScript> Scripts { get; } = [];

    /// <summary>Numbers of objects that are scripts: streams, or text.</summary>
    public HashSet<long> ScriptObjects { get; } = [];

    /// <summary>Names of embedded files, by the number of the stream.</summary>
    public Dictionary<long, PdfFileName> FileNames { get; } = [];

    /// <summary>The trailers' entry; a reference or a dictionary.</summary>
    public PdfValue Encrypt { get; private set; }

    /// <summary>The number of the object that is the encryption dictionary: its own text is never encrypted.</summary>
    public byte[] DocumentId { get; private set; } = [];

    public void AddTrailer(in PdfValue dictionary)
    {
        if (dictionary["Encrypt"] is { Kind: not PdfKind.None } encrypt && Encrypt.Kind == PdfKind.None)
            Encrypt = encrypt;
        if (Resolve(dictionary["ID"]) is { Kind: PdfKind.Array, Items: [{ Kind: PdfKind.Text } first, ..] } && DocumentId.Length == 0)
            DocumentId = first.Bytes;
    }

    /// <summary>The object that a reference leads to, where it is one of those that are kept; other values as they are.</summary>
    public PdfValue Resolve(PdfValue value)
    {
        for (var steps = 0; steps < 8 && value.Kind == PdfKind.Reference; steps++)
            value = _small.TryGetValue(value.Number, out var found) ? found.Value : default;
        return value.Kind == PdfKind.Reference ? default : value;
    }

    /// <summary>Learns from an object; <paramref name="mayBeEncrypted"/> says whether text in it may be.</summary>
    public void AddObject(int number, int generation, in PdfValue value, bool mayBeEncrypted)
    {
        if (IsWorthKeeping(value) && _small.Count < MaximumSmallObjects && TakeText(value.Kind == PdfKind.Text ? value.Bytes.Length : 0))
            _small[number] = (value, generation, mayBeEncrypted);
        Collect(number, generation, value, mayBeEncrypted);
    }

    /// <summary>Scripts that stand in objects of their own come to the others.</summary>
    public void ResolveScripts()
    {
        foreach (var number in ScriptObjects.Order())
        {
            if (_small.TryGetValue(number, out var found) && found.Value.Kind == PdfKind.Text)
                Scripts.Add(new((int)number, found.Generation, found.Value.Bytes, found.MayBeEncrypted));
        }
    }

    /// <summary>Objects that others refer to for a number, a filter, its parameters, or a text.</summary>
    private static bool IsWorthKeeping(in PdfValue value) => value.Kind switch
    {
        PdfKind.Number or PdfKind.Name or PdfKind.Reference => true,
        PdfKind.Text => value.Bytes.Length > 0,
        PdfKind.Array => value.Items.Count <= 16,
        PdfKind.Dictionary => value.Entries.Count <= 24 && (value["Predictor"].Kind != PdfKind.None || value["EarlyChange"].Kind != PdfKind.None
            || value["CFM"].Kind != PdfKind.None || value["StdCF"].Kind != PdfKind.None
            || value["Filter"].Kind == PdfKind.Name && value["V"].Kind == PdfKind.Number),
        _ => false,
    };

    private void Collect(int number, int generation, in PdfValue value, bool mayBeEncrypted)
    {
        if (value.Kind == PdfKind.Array)
        {
            foreach (var item in value.Items)
                Collect(number, generation, item, mayBeEncrypted);
        }

        if (value.Kind != PdfKind.Dictionary)
            return;
        foreach (var (key, entry) in value.Entries)
        {
            Observe(key, entry, value);
            if (key == "JS")
                AddScript(number, generation, entry, mayBeEncrypted);
            else if (key == "EF" && entry.Kind == PdfKind.Dictionary)
                AddFile(number, generation, value, entry, mayBeEncrypted);
            Collect(number, generation, entry, mayBeEncrypted);
        }
    }

    private void Observe(string key, in PdfValue entry, in PdfValue owner)
    {
        switch (key)
        {
            case "OpenAction" when entry.Kind is PdfKind.Reference || entry["S"].Kind == PdfKind.Name:
                sink.AddObservation(Observations.PdfOpenAction);
                break;
            case "AA":
                sink.AddObservation(Observations.PdfAdditionalActions);
                break;
            case "JS":
                sink.AddObservation(Observations.PdfJavaScript);
                break;
            case "S" when entry.IsName("Launch"):
                sink.AddObservation(Observations.PdfLaunch, MemberName.Decode((owner["F"] is { Kind: PdfKind.Text } file ? file : owner["Win"]["F"]).Bytes));
                break;
            case "S" when entry.IsName("URI"):
                sink.AddObservation(Observations.PdfUri, MemberName.Decode(owner["URI"].Bytes));
                break;
        }
    }

    private void AddScript(int number, int generation, in PdfValue script, bool mayBeEncrypted)
    {
        if (script.Kind == PdfKind.Reference && ScriptObjects.Count < MaximumScripts)
        {
            ScriptObjects.Add(script.Number);
            return;
        }

        if (script.Kind != PdfKind.Text || script.Bytes.Length == 0)
            return;
        if (Scripts.Count < MaximumScripts && TakeText(script.Bytes.Length))
            Scripts.Add(new(number, generation, script.Bytes, mayBeEncrypted));
        else
            sink.AddLoss(PdfFaults.TooMuchText, -1, "Some scripts were left out.");
    }

    private void AddFile(int number, int generation, in PdfValue specification, in PdfValue files, bool mayBeEncrypted)
    {
        var name = Resolve(specification["UF"]) is { Kind: PdfKind.Text } unicode ? unicode : Resolve(specification["F"]);
        foreach (var (_, file) in files.Entries)
        {
            if (file.Kind == PdfKind.Reference && FileNames.Count < MaximumNamedFiles && name.Bytes.Length <= 4096 && TakeText(name.Bytes.Length))
                FileNames.TryAdd(file.Number, new(number, generation, name.Bytes, mayBeEncrypted));
        }
    }

    private bool TakeText(long length)
    {
        _text += length;
        return _text <= MaximumText;
    }
}
