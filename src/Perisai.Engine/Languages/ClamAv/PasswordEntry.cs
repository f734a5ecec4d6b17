using System.Globalization;
using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of a .pwdb database: <c>name;description;0 or 1;password</c>, a password to try on encrypted members, written as it is (0) or in hexadecimal
/// digits (1). Of the description, Engine and Container count. ClamAV tries them on zip archives encrypted with PKWARE's cipher; here they are tried on every
/// container of the type, and without a type on all.
/// See https://docs.clamav.net/manual/Signatures/EncryptedArchives.html.
/// </summary>
internal static class PasswordEntry
{
    private const int Fields = 4;
    private const int FirstLevelOfAttributes = 51;

    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[Fields + 1];
        var count = line.Split(fields, ';');
        LineProblem problem = default;
        if (count < Fields)
            problem = LineProblem.Malformed(ClamAvLineFaults.FieldCount, line.Length, $"{count} fields between semicolons where {Fields} belong (name;description;0 or 1;password).");
        var container = problem.IsSet ? null : ReadContainer(line[fields[1]].ToString(), fields[1].Start.Value, ref problem);
        var password = problem.IsSet ? null : ReadPassword(line[fields[2]], line[fields[3]], fields[2].Start.Value, ref problem);
        if (problem.IsSet)
            problem.Report(sink, line[fields[0]], location);
        else
            sink.Add(new AuxiliaryDefinition(AuxiliaryKind.Password, SignatureName.Decode(line[fields[0]]), location, [container!, password!], flags));
    }

    /// <summary>The container's type as a number; empty for any.</summary>
    private static string ReadContainer(string description, int column, ref LineProblem problem)
    {
        var type = "";
        var minimum = 0;
        foreach (var attribute in description.Split(','))
        {
            var colon = attribute.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                problem = LineProblem.Malformed(ClamAvBodyFaults.Description, column, $"'{attribute}' is not an attribute of the form Name:value.");
                return "";
            }

            var value = attribute[(colon + 1)..];
            switch (attribute[..colon])
            {
                case "Engine":
                    var levels = value.Split('-');
                    minimum = FunctionalityLevel.Parse(levels[0]);
                    if (!FunctionalityLevel.Includes(minimum, levels.Length > 1 ? FunctionalityLevel.Parse(levels[1]) : int.MaxValue))
                    {
                        problem = LineProblem.Unsupported($"meant for other functionality levels than {FunctionalityLevel.Current}");
                        return "";
                    }

                    break;
                case "Container" when value == "CL_TYPE_ANY":
                    break;
                case "Container" when value is not ("CL_TYPE_ZIP" or "CL_TYPE_RAR"):
                    problem = LineProblem.Malformed(ClamAvMemberFaults.Container, column, $"Passwords are for CL_TYPE_ZIP, CL_TYPE_RAR or CL_TYPE_ANY, not for {value}.");
                    return "";
                case "Container":
                    type = string.Join(',', ContainerTypes.Of(value).Select(one => ((int)one).ToString(CultureInfo.InvariantCulture)));
                    break;
                default:
                    break;
            }
        }

        if (description.Contains("Container:", StringComparison.Ordinal) && minimum < FirstLevelOfAttributes)
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Description, column, $"Attributes besides Engine and Target need Engine:{FirstLevelOfAttributes}-255 or higher before them.");
        }

        return type;
    }

    /// <summary>The password, one character a byte.</summary>
    private static string ReadPassword(ReadOnlySpan<char> form, ReadOnlySpan<char> text, int column, ref LineProblem problem)
    {
        if (form is "0")
            return text.ToString();
        if (form is "1")
        {
            try
            {
                return Encoding.Latin1.GetString(Convert.FromHexString(text));
            }
            catch (FormatException)
            {
                problem = LineProblem.Malformed(ClamAvBodyFaults.Description, column, "The password is not an even number of hexadecimal digits.");
                return "";
            }
        }

        problem = LineProblem.Malformed(ClamAvBodyFaults.Description, column, $"'{form}' is neither 0 (the password as it is) nor 1 (in hexadecimal digits).");
        return "";
    }
}
