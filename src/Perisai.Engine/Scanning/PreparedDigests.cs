using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats;
using Perisai.Engine.Hashing;

namespace Perisai.Engine.Scanning;

/// <summary>MD5 digests of an object that were computed in lanes beside those of others, before its own scan.</summary>
internal sealed class PreparedDigests
{
    /// <summary>Objects longer than this are hashed in their own pass: reading them twice would come from the disk twice.</summary>
    public const long MaximumLength = 256 << 20;

    /// <summary>The whole object's; null where no definition asks for it.</summary>
    public Md5Job? Whole { get; }

    /// <summary>All of them.</summary>
    public List<Md5Job> Jobs { get; } = [];

    /// <summary>Whether nothing is left to compute.</summary>
    public bool IsDone => Jobs.TrueForAll(static job => job.IsDone);

    private Dictionary<int, Md5Job>? _sections;

    private PreparedDigests(Md5Job? whole)
    {
        if ((Whole = whole) is not null)
            Jobs.Add(whole!);
    }

    /// <summary>That of a section by its number in <see cref="ExecutableFacts.HashedSections"/>; null where it was not computed.</summary>
    public Md5Job? Section(int number) => _sections?.GetValueOrDefault(number);

    /// <summary>Names the digests that the definitions ask of an object.</summary>
    public static PreparedDigests? Prepare(DefinitionSet definitions, ByteSource source, ScanLimits limits)
    {
        if (source.Length is 0 or > MaximumLength || source.Length > limits.MaxObjectBytes)
            return null;
        var prepared = new PreparedDigests(Wants(definitions, HashScope.Object, source.Length) ? new Md5Job(source, 0, source.Length) : null);
        if (HasTable(definitions, HashScope.PeSection))
            prepared.PrepareSections(definitions, source, limits);
        return prepared.Jobs.Count == 0 ? null : prepared;
    }

    private static bool HasTable(DefinitionSet definitions, HashScope scope) => definitions.Views.Any(
        view => view.HashTables.Any(table => table.Key == new HashTableKey(HashAlgorithmKind.Md5, scope, false)));

    private static bool Wants(DefinitionSet definitions, HashScope scope, long size)
    {
        foreach (var view in definitions.Views)
        {
            foreach (var table in view.HashTables)
            {
                if (table.Key == new HashTableKey(HashAlgorithmKind.Md5, scope, false) && table.MayHaveSize(size))
                    return true;
            }
        }

        return false;
    }

    private void PrepareSections(DefinitionSet definitions, ByteSource source, ScanLimits limits)
    {
        Span<byte> start = stackalloc byte[2];
        if (source.Read(0, start) < 2 || !start.SequenceEqual("MZ"u8))
            return;
        var reader = new BoundedReader(source, new ScanBudget(limits));
        if (TypeIdentifier.Identify(reader) != FileType.Pe || ExecutableReader.Read(FileType.Pe, reader, ExecutableDetails.None) is not { } facts)
            return;
        for (var i = 0; i < facts.HashedSections.Length; i++)
        {
            var section = facts.HashedSections[i];
            if (section.RawLength > 0 && Wants(definitions, HashScope.PeSection, section.RawLength))
            {
                var job = new Md5Job(source, section.RawOffset, section.RawLength);
                Jobs.Add(job);
                (_sections ??= []).Add(i, job);
            }
        }
    }
}
