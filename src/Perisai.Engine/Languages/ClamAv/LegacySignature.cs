using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>One line of a .db database: <c>Name=Hex</c>.</summary>
internal static class LegacySignature
{
    /// <summary>Reads one line, trimmed and not a comment, and hands what it means to <paramref name="sink"/>.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        var sign = line.IndexOf('=');
        var name = line[..Math.Max(sign, 0)];
        LineProblem problem = default;
        Definition? definition = null;
        if (sign < 0)
            problem = LineProblem.Malformed(ClamAvLineFaults.FieldCount, line.Length, "There is no '=' between name and body.");
        else if (sign == 0)
            problem = LineProblem.Malformed(ClamAvLineFaults.EmptyName, 0, "The name is empty. Give the definition one.");
        else if (line[(sign + 1)..] is ['=', ..])
            problem = LineProblem.Unsupported("an encoded body (==), which ClamAV passes over as well");
        else
            definition = BodySignature.Create(name, ObjectTarget.Any, OffsetConstraint.Anywhere, line[(sign + 1)..], sign + 1, location, flags, ref problem);
        if (definition is not null)
            sink.Add(definition);
        else
            problem.Report(sink, name, location);
    }
}
