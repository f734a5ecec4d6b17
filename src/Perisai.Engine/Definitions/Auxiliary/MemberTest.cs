using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Definitions.Auxiliary;

/// <summary>
/// A definition that tells a member of a container by what the container says of it. Its fields: types of the container (numbers with commas between
/// them; empty for any), length of the container, a regular expression over the member's name, stored length, length, whether it is encrypted (0, 1),
/// position. Lengths and positions are <c>least-greatest</c>; an empty field is no condition.
/// </summary>
internal sealed class MemberTest
{
    /// <summary>A name is short; more steps than these tell of an expression that is hostile.</summary>
    private const long MaximumSteps = 1_000_000;

    private readonly ImmutableArray<FileType> _containers;
    private readonly (long Least, long Greatest)? _containerLength;
    private readonly ByteRegex? _name;
    private readonly (long Least, long Greatest)? _storedLength;
    private readonly (long Least, long Greatest)? _length;
    private readonly bool? _isEncrypted;
    private readonly (long Least, long Greatest)? _position;

    public MemberTest(AuxiliaryDefinition definition)
    {
        Definition = definition;
        var fields = definition.Fields;
        _containers = [.. fields[0].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => (FileType)Number(text))];
        _containerLength = Range(fields[1]);
        _name = fields[2].Length > 0 ? ByteRegex.Compile(fields[2]) : null;
        _storedLength = Range(fields[3]);
        _length = Range(fields[4]);
        _isEncrypted = fields[5].Length > 0 ? fields[5] == "1" : null;
        _position = Range(fields[6]);
    }

    public AuxiliaryDefinition Definition { get; }

    public bool Matches(in MemberFacts member) =>
        (_containers.IsEmpty || _containers.Contains(member.Container))
        && IsIn(_containerLength, member.ContainerLength) && IsIn(_storedLength, member.StoredLength) && IsIn(_length, member.Length)
        && IsIn(_position, member.Position) && (_isEncrypted is null || _isEncrypted == member.IsEncrypted)
        && (_name is null || Matches(_name, member.Name));

    private static bool Matches(ByteRegex expression, string name)
    {
        var budget = new ByteRegexBudget { StepsLeft = MaximumSteps };
        return expression.Match(Encoding.UTF8.GetBytes(name), 0, ref budget).Success;
    }

    private static bool IsIn((long Least, long Greatest)? range, long value) => range is not { } limits || (value >= limits.Least && value <= limits.Greatest);

    private static (long Least, long Greatest)? Range(string text)
    {
        if (text.Length == 0)
            return null;
        var dash = text.IndexOf('-');
        return (Number(text[..dash]), Number(text[(dash + 1)..]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>What a container says of a member, in ClamAV's terms.</summary>
/// <param name="Container">The container's type.</param>
/// <param name="ContainerLength">Its length.</param>
/// <param name="Name">The member's name.</param>
/// <param name="StoredLength">The length in which it is stored; 0 where the format tells none of a single member.</param>
/// <param name="Length">Its length.</param>
/// <param name="IsEncrypted">Whether it is encrypted.</param>
/// <param name="Position">Its number.</param>
internal readonly record struct MemberFacts(
    FileType Container, long ContainerLength, string Name, long StoredLength, long Length, bool IsEncrypted, long Position);
