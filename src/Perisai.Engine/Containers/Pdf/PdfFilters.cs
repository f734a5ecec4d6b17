using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Pdf.Filters;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// The chain of decoders of one stream (ISO 32000-1, 7.4). It ends before the first filter that makes an image: those are handed on as the
/// files that they are. Disposing it disposes all of them.
/// </summary>
internal sealed class PdfFilters : IDisposable
{
    private const int LongestChain = 16;

    private readonly List<IDisposable> _owned = [];
    private CodecInput _input;

    private PdfFilters(CodecInput input) => _input = input;

    /// <summary>What comes out; null where nothing has to be decoded.</summary>
    public Stream? Content { get; private set; }

    /// <summary>The first filter that is not known; what comes out is its input.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Opens the filters that the dictionary names.</summary>
    /// <param name="input">The stream's bytes; it is disposed with the chain.</param>
    /// <param name="decrypted">What the decryption makes of the input; null where it is not encrypted.</param>
    public static PdfFilters Open(CodecInput input, Stream? decrypted, in PdfValue dictionary, PdfFacts facts)
    {
        var chain = new PdfFilters(input);
        chain._owned.Add(input);
        if (decrypted is not null)
            chain.Push(decrypted);
        var filters = NamesOf(facts, dictionary["Filter"], dictionary["F"]);
        var parameters = facts.Resolve(dictionary["DecodeParms"] is { Kind: not PdfKind.None } given ? given : dictionary["DP"]);
        for (var index = 0; index < filters.Count; index++)
        {
            var own = parameters.Kind == PdfKind.Array ? index < parameters.Items.Count ? facts.Resolve(parameters.Items[index]) : default : parameters;
            if (index >= LongestChain || !chain.Add(filters[index], own, facts))
                break;
        }

        return chain;
    }

    /// <summary>Whether the stream has a filter of this name.</summary>
    public static bool Names(in PdfValue dictionary, PdfFacts facts, string name) => NamesOf(facts, dictionary["Filter"], dictionary["F"]).Contains(name);

    public void Dispose()
    {
        for (var index = _owned.Count - 1; index >= 0; index--)
            _owned[index].Dispose();
    }

    private static List<string> NamesOf(PdfFacts facts, in PdfValue filter, in PdfValue abbreviated)
    {
        var value = facts.Resolve(filter.Kind != PdfKind.None ? filter : abbreviated);
        var names = new List<string>();
        if (value.Kind == PdfKind.Name)
            names.Add(value.Word);
        else if (filter.Kind == PdfKind.Reference && value.Kind == PdfKind.None)
            names.Add("(an object that is not there)");
        foreach (var item in value.Items)
        {
            if (facts.Resolve(item) is { Kind: PdfKind.Name } name)
                names.Add(name.Word);
        }

        return names;
    }

    /// <summary>False: the chain ends here.</summary>
    private bool Add(string filter, in PdfValue parameters, PdfFacts facts)
    {
        switch (filter)
        {
            case "FlateDecode" or "Fl":
                Push(new ZlibStream(_input));
                AddPredictor(parameters, facts);
                return true;
            case "LZWDecode" or "LZW":
                Push(new LzwStream(_input, NumberOf(parameters, "EarlyChange", 1, facts) != 0));
                AddPredictor(parameters, facts);
                return true;
            case "ASCIIHexDecode" or "AHx":
                Push(new AsciiHexStream(_input));
                return true;
            case "ASCII85Decode" or "A85":
                Push(new Ascii85Stream(_input));
                return true;
            case "RunLengthDecode" or "RL":
                Push(new RunLengthStream(_input));
                return true;
            case "Crypt":
                return true;
            case "DCTDecode" or "DCT" or "JPXDecode" or "CCITTFaxDecode" or "CCF" or "JBIG2Decode":
                return false;
            default:
                Unknown = filter;
                return false;
        }
    }

    private void AddPredictor(in PdfValue parameters, PdfFacts facts)
    {
        var predictor = NumberOf(parameters, "Predictor", 1, facts);
        var colors = NumberOf(parameters, "Colors", 1, facts);
        var bits = NumberOf(parameters, "BitsPerComponent", 8, facts);
        var columns = NumberOf(parameters, "Columns", 1, facts);
        if (predictor is 2 or >= 10 and <= 15 && PredictorStream.IsPossible(colors, bits, columns))
            Push(new PredictorStream(_input, (int)predictor, (int)colors, (int)bits, (int)columns));
    }

    private static long NumberOf(in PdfValue parameters, string key, long otherwise, PdfFacts facts) =>
        facts.Resolve(parameters[key]) is { Kind: PdfKind.Number } value ? value.Number : otherwise;

    private void Push(Stream stream)
    {
        _owned.Add(stream);
        Content = stream;
        _input = new CodecInput(stream, _input.Budget);
        _owned.Add(_input);
    }
}
