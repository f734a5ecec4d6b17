using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>The values of <see cref="ExternalVariables.OfFiles"/> for an object.</summary>
internal static class FileVariables
{
    public static RuleValue ValueOf(string name, ObjectContext context)
    {
        var text = name switch
        {
            "filename" => Path.GetFileName(context.Name),
            "filepath" => string.Join('/', context.Path),
            "extension" => Path.GetExtension(context.Name),
            "filetype" => context.Type.ToString(),
            _ => null,
        };
        return text is null ? RuleValue.Undefined : RuleValue.Of(Encoding.UTF8.GetBytes(text));
    }
}
