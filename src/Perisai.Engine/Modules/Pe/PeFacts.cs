using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Modules.Pe;

/// <summary>What a PE is, each part read when a rule first asks for it.</summary>
internal sealed class PeFacts(PeImage image)
{
    private readonly Once<PeResourceTree> _resources = new(() => PeResourceTree.Read(image));
    private readonly Once<PeExportTable> _exports = new(() => PeExportTable.Read(image));
    private readonly Once<IReadOnlyList<PeImportedLibrary>> _imports = new(() => PeImportTable.Read(image));
    private readonly Once<IReadOnlyList<PeImportedLibrary>> _delayedImports = new(() => PeImportTable.ReadDelayed(image));
    private readonly Once<PeRichSignature?> _rich = new(() => PeRichSignature.Read(image));
    private readonly Once<byte[]?> _debugPath = new(() => PeDetails.ReadDebugPath(image));
    private readonly Once<long?> _checksum = new(() => PeDetails.ComputeChecksum(image));
    private readonly Once<IReadOnlyList<AuthenticodeSignature>> _signatures = new(() => AuthenticodeReader.Read(image));
    private List<(byte[] Key, byte[] Value)>? _versionStrings;
    private byte[]? _importHash;
    private PeOverlay? _overlay;

    public PeImage Image => image;

    public PeResourceTree Resources => _resources.Value;

    public PeExportTable Exports => _exports.Value;

    public IReadOnlyList<PeImportedLibrary> Imports => _imports.Value;

    public IReadOnlyList<PeImportedLibrary> DelayedImports => _delayedImports.Value;

    public PeRichSignature? Rich => _rich.Value;

    public byte[]? DebugPath => _debugPath.Value;

    public long? ComputedChecksum => _checksum.Value;

    public IReadOnlyList<AuthenticodeSignature> Signatures => _signatures.Value;

    public List<(byte[] Key, byte[] Value)> VersionStrings => _versionStrings ??= PeVersionStrings.Read(image, Resources.Resources);

    public RuleDictionary VersionDictionary => field ??= ToDictionary(VersionStrings);

    public PeOverlay Overlay => _overlay ??= PeOverlay.Of(image);

    /// <summary>The imphash: the MD5 of all imports in lower case, <c>library.function</c> joined by commas.</summary>
    public byte[] ImportHash => _importHash ??= ComputeImportHash();

    /// <summary>Of several values of one key the last counts, at the place of the first.</summary>
    private static RuleDictionary ToDictionary(List<(byte[] Key, byte[] Value)> strings)
    {
        var places = new Dictionary<string, int>();
        var entries = new List<(byte[] Key, RuleValue Value)>();
        foreach (var (key, value) in strings)
        {
            if (places.TryAdd(Encoding.Latin1.GetString(key), entries.Count))
                entries.Add((key, RuleValue.Of(value)));
            else
                entries[places[Encoding.Latin1.GetString(key)]] = (key, RuleValue.Of(value));
        }

        return new RuleDictionary(entries);
    }

    private byte[] ComputeImportHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var isFirst = true;
        foreach (var library in Imports)
        {
            var prefix = WithoutExtension(library.Name);
            foreach (var function in library.Functions)
            {
                if (!isFirst)
                    hash.AppendData(","u8);
                isFirst = false;
                hash.AppendData(Lower([.. prefix, (byte)'.', .. function.Name ?? []]));
            }
        }

        return Hexadecimal.Of(hash.GetHashAndReset());
    }

    private static ReadOnlySpan<byte> WithoutExtension(ReadOnlySpan<byte> library)
    {
        var dot = library.IndexOf((byte)'.');
        return dot >= 0 && library[dot..] is var extension
            && (PeOrdinalNames.StartsWithIgnoringCase(extension, ".dll") || PeOrdinalNames.StartsWithIgnoringCase(extension, ".ocx")
                || PeOrdinalNames.StartsWithIgnoringCase(extension, ".sys"))
            ? library[..dot] : library;
    }

    private static byte[] Lower(byte[] text)
    {
        foreach (ref var value in text.AsSpan())
        {
            if (char.IsAsciiLetterUpper((char)value))
                value |= 0x20;
        }

        return text;
    }

    /// <summary>A value that is computed when it is first asked for, by one thread.</summary>
    private sealed class Once<T>(Func<T> read)
    {
        private bool _isRead;

        public T Value
        {
            get
            {
                if (!_isRead)
                    (field, _isRead) = (read(), true);
                return field!;
            }
        }
    }
}

/// <summary>What follows everything that the section table describes.</summary>
/// <param name="Offset">0 where nothing does.</param>
/// <param name="Length">Bytes.</param>
internal sealed record PeOverlay(long Offset, long Length)
{
    public static PeOverlay Of(PeImage image)
    {
        long end = 0;
        foreach (var section in image.Sections)
        {
            // The comparison has 32 bits in YARA, the result has more.
            if (unchecked(section.RawOffset + section.RawLength) > end)
                end = (long)section.RawOffset + section.RawLength;
        }

        return end > 0 && image.Reader.Length > end ? new PeOverlay(end, image.Reader.Length - end) : new PeOverlay(0, 0);
    }
}
