using System.Globalization;
using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Definitions.Auxiliary;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>
/// What definitions say of objects before these are opened: names, lengths and places of members that tell a threat, passwords, and marks of types. Immutable.
/// </summary>
internal sealed class MemberRules
{
    private readonly DefinitionSet _definitions;
    private readonly List<(int View, MemberTest Test)> _tests = [];
    private readonly List<(HashSet<FileType> Types, byte[] Password)> _passwords = [];
    private readonly List<TypeMark> _marks = [];

    public MemberRules(DefinitionSet definitions)
    {
        _definitions = definitions;
        for (var view = 0; view < definitions.Views.Length; view++)
        {
            foreach (var definition in definitions.Views[view].Auxiliary)
            {
                if (definitions.IsRetracted(view, definition.Name, () => [definition.LineDigest]))
                    continue;
                if (definition.Kind == AuxiliaryKind.Member)
                    _tests.Add((view, new MemberTest(definition)));
                else if (definition.Kind == AuxiliaryKind.Password)
                    _passwords.Add(([.. TypesIn(definition.Fields[0])], Encoding.Latin1.GetBytes(definition.Fields[1])));
                else if (definition.Kind == AuxiliaryKind.TypeMark)
                    _marks.Add(new TypeMark(definition));
            }
        }
    }

    /// <summary>Whether nothing is asked of members.</summary>
    public bool IsEmpty => _tests.Count == 0;

    /// <summary>Passwords for members of a container of a type.</summary>
    public IEnumerable<byte[]> PasswordsFor(FileType type) =>
        _passwords.Where(entry => entry.Types.Count == 0 || entry.Types.Contains(type)).Select(entry => entry.Password);

    /// <summary>The type that a definition gives an object of none; the last that fits, as in ClamAV.</summary>
    public FileType TypeOf(ByteSource source, ScanBudget budget)
    {
        var reader = new BoundedReader(source, budget);
        for (var i = _marks.Count - 1; i >= 0; i--)
        {
            if (_marks[i].IsIn(reader))
                return _marks[i].Type;
        }

        return FileType.Unknown;
    }

    /// <summary>Definitions that name a member; the first, or all where all are wanted.</summary>
    public IEnumerable<(int View, AuxiliaryDefinition Definition)> Matching(MemberFacts facts, ScanOptions options)
    {
        foreach (var (view, test) in _tests)
        {
            if (!test.Matches(facts) || (test.Definition.Flags.HasFlag(DefinitionFlags.PotentiallyUnwanted) && !options.TakesUnwanted(test.Definition.Name)))
                continue;
            yield return (view, test.Definition);
            if (!options.AllMatches)
                yield break;
        }
    }

    /// <summary>
    /// A member in ClamAV's terms. What a format tells, and from where it counts, was measured: zip, tar, cpio, rar and arj count from 1; iso and mail not at
    /// all, the others from 0. 7z, cab and chm tell no stored length of one member; tar, cpio, iso and mail store a member as it is.
    /// </summary>
    /// <param name="container">The container.</param>
    /// <param name="member">The member.</param>
    /// <param name="name">Its name.</param>
    /// <param name="stored">The length in which it is stored, where it is known.</param>
    /// <param name="length">Its length.</param>
    /// <param name="position">Its number, from 0.</param>
    public static MemberFacts FactsOf(ObjectContext container, in Member member, string name, long stored, long length, int position)
    {
        var (storedLength, number) = container.Type switch
        {
            FileType.Zip or FileType.Rar4 or FileType.Rar5 or FileType.Arj => (stored, position + 1),
            FileType.Tar or FileType.Cpio => (length, position + 1),
            FileType.Iso9660 or FileType.Mail or FileType.Mbox => (length, 0),
            FileType.SevenZip or FileType.Cab or FileType.Chm => (0, position),
            _ => (stored, position),
        };
        return new(container.Type, container.Length, name, storedLength, length, member.WasEncrypted, number);
    }

    /// <summary>Whether clamscan asks about the members of such containers at all.</summary>
    public static bool Covers(FileType type) => type is FileType.Zip or FileType.Rar4 or FileType.Rar5 or FileType.Arj or FileType.Tar or FileType.Cpio
        or FileType.Iso9660 or FileType.Mail or FileType.Mbox or FileType.SevenZip or FileType.Cab or FileType.Chm or FileType.Egg;

    private static IEnumerable<FileType> TypesIn(string field) =>
        field.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => (FileType)int.Parse(text, CultureInfo.InvariantCulture));
}
