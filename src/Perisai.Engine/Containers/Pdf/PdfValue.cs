namespace Perisai.Engine.Containers.Pdf;

/// <summary>The kinds of objects of ISO 32000-1, 7.3; <see cref="None"/> where there is nothing, <see cref="Keyword"/> for all other words.</summary>
internal enum PdfKind : byte
{
    None,
    Keyword,
    Number,
    Name,
    Text,
    Array,
    Dictionary,
    Reference,
}

/// <summary>A parsed PDF object. Real numbers are cut to integers: no structure that is read here needs their fraction.</summary>
internal readonly struct PdfValue
{
    private readonly object? _data;

    private PdfValue(PdfKind kind, long number, object? data)
    {
        Kind = kind;
        Number = number;
        _data = data;
    }

    public PdfKind Kind { get; }

    /// <summary>The number, or the number of the object that is referred to.</summary>
    public long Number { get; }

    /// <summary>A name without its slash, or a keyword.</summary>
    public string Word => _data as string ?? "";

    public byte[] Bytes => _data as byte[] ?? [];

    public List<PdfValue> Items => _data as List<PdfValue> ?? [];

    public List<KeyValuePair<string, PdfValue>> Entries => _data as List<KeyValuePair<string, PdfValue>> ?? [];

    /// <summary>The first entry of a dictionary with this key; a value of kind None where there is none.</summary>
    public PdfValue this[string key]
    {
        get
        {
            if (Kind == PdfKind.Dictionary)
            {
                foreach (var (name, value) in Entries)
                {
                    if (name == key)
                        return value;
                }
            }

            return default;
        }
    }

    public static PdfValue OfKeyword(string word) => new(PdfKind.Keyword, 0, word);

    public static PdfValue OfNumber(long number) => new(PdfKind.Number, number, null);

    public static PdfValue OfName(string name) => new(PdfKind.Name, 0, name);

    public static PdfValue OfText(byte[] bytes) => new(PdfKind.Text, 0, bytes);

    public static PdfValue OfArray(List<PdfValue> items) => new(PdfKind.Array, 0, items);

    public static PdfValue OfDictionary(List<KeyValuePair<string, PdfValue>> entries) => new(PdfKind.Dictionary, 0, entries);

    public static PdfValue OfReference(long number) => new(PdfKind.Reference, number, null);

    public bool IsName(string name) => Kind == PdfKind.Name && Word == name;
}
