using System.Text;
using Perisai.Engine.Formats.DotNet;

namespace Perisai.Engine.Modules.DotNet;

/// <summary>
/// What rules can ask the dotnet module for. Places are stored in segments: new fields come last.
/// </summary>
internal static class DotNetSchema
{
    private static readonly FactSchema<DotNetStream> _stream = new FactSchema<DotNetStream>("dotnet.streams")
        .Text("name", stream => stream.Name)
        .Integer("offset", stream => stream.Offset)
        .Integer("size", stream => stream.Length);

    private static readonly FactSchema<DotNetResource> _resource = new FactSchema<DotNetResource>("dotnet.resources")
        .Integer("offset", resource => resource.Offset)
        .Integer("length", resource => resource.Length)
        .Text("name", resource => resource.Name);

    private static readonly FactSchema<DotNetParameter> _parameter = new FactSchema<DotNetParameter>("dotnet.classes.methods.parameters")
        .Text("name", parameter => Bytes(parameter.Name))
        .Text("type", parameter => Bytes(parameter.Type));

    private static readonly FactSchema<DotNetMethod> _method = new FactSchema<DotNetMethod>("dotnet.classes.methods")
        .TextArray("generic_parameters", method => Bytes(method.GenericParameters))
        .Integer("number_of_generic_parameters", method => method.GenericParameters.Count)
        .StructArray("parameters", _parameter, method => method.Parameters ?? [])
        .Integer("number_of_parameters", method => method.Parameters?.Count)
        .Text("return_type", method => Bytes(method.ReturnType))
        .Integer("abstract", method => method.IsAbstract ? 1 : 0)
        .Integer("final", method => method.IsFinal ? 1 : 0)
        .Integer("virtual", method => method.IsVirtual ? 1 : 0)
        .Integer("static", method => method.IsStatic ? 1 : 0)
        .Text("visibility", method => Bytes(method.Visibility))
        .Text("name", method => Bytes(method.Name));

    private static readonly FactSchema<DotNetClass> _class = new FactSchema<DotNetClass>("dotnet.classes")
        .Text("fullname", type => Bytes(type.FullName))
        .Text("name", type => Bytes(type.Name))
        .Text("namespace", type => Bytes(type.Namespace))
        .Text("visibility", type => Bytes(type.Visibility))
        .Text("type", type => Bytes(type.Kind))
        .Integer("abstract", type => type.IsAbstract ? 1 : 0)
        .Integer("sealed", type => type.IsSealed ? 1 : 0)
        .Integer("number_of_generic_parameters", type => type.GenericParameters.Count)
        .TextArray("generic_parameters", type => Bytes(type.GenericParameters))
        .Integer("number_of_base_types", type => type.BaseTypes.Count)
        .TextArray("base_types", type => Bytes(type.BaseTypes))
        .Integer("number_of_methods", type => type.Methods?.Count)
        .StructArray("methods", _method, type => type.Methods ?? []);

    private static readonly FactSchema<DotNetVersion> _version = new FactSchema<DotNetVersion>("dotnet.version")
        .Integer("major", version => version.Major)
        .Integer("minor", version => version.Minor)
        .Integer("build_number", version => version.Build)
        .Integer("revision_number", version => version.Revision);

    private static readonly FactSchema<DotNetAssembly> _reference = new FactSchema<DotNetAssembly>("dotnet.assembly_refs")
        .Struct("version", _version, assembly => assembly.Version)
        .Text("public_key_or_token", assembly => assembly.Key)
        .Text("name", assembly => assembly.Name);

    private static readonly FactSchema<DotNetAssembly> _assembly = new FactSchema<DotNetAssembly>("dotnet.assembly")
        .Struct("version", _version, assembly => assembly.Version)
        .Text("name", assembly => assembly.Name)
        .Text("culture", assembly => assembly.Culture);

    public static FactSchema<DotNetFacts> Module { get; } = new FactSchema<DotNetFacts>("dotnet")
        .Integer("is_dotnet", facts => facts.Program is not null ? 1 : 0)
        .Text("version", facts => facts.Program?.Version)
        .Text("module_name", facts => facts.ModuleName)
        .StructArray("streams", _stream, facts => facts.Program?.Streams ?? [])
        .Integer("number_of_streams", facts => facts.Program is { HasStreams: true } program ? program.Streams.Count : null)
        .TextArray("guids", facts => facts.Guids)
        .Integer("number_of_guids", facts => facts.Guids?.Count)
        .StructArray("resources", _resource, facts => facts.Resources)
        .Integer("number_of_resources", facts => facts.Resources?.Count)
        .StructArray("classes", _class, facts => facts.Classes)
        .Integer("number_of_classes", facts => facts.Classes?.Count)
        .StructArray("assembly_refs", _reference, facts => facts.AssemblyReferences)
        .Integer("number_of_assembly_refs", facts => facts.AssemblyReferences?.Count)
        .Struct("assembly", _assembly, facts => facts.Assembly)
        .TextArray("modulerefs", facts => facts.ModuleReferences)
        .Integer("number_of_modulerefs", facts => facts.ModuleReferences?.Count)
        .Add("user_strings", new ArrayType(ModuleType.Text), facts => Texts(facts, facts.UserStrings))
        .Integer("number_of_user_strings", facts => facts.UserStrings?.Count)
        .Text("typelib", facts => facts.TypeLibrary)
        .Add("constants", new ArrayType(ModuleType.Text), facts => Texts(facts, facts.Constants))
        .Integer("number_of_constants", facts => facts.Constants?.Count)
        .IntegerArray("field_offsets", facts => facts.FieldOffsets)
        .Integer("number_of_field_offsets", facts => facts.FieldOffsets?.Count);

    private static RuleValue Texts(DotNetFacts facts, List<DotNetText>? texts) => RuleValue.Of(texts is not null && facts.Program is { } program
        ? new MappedArray<DotNetText>(texts, text => RuleValue.Of(program.Reader.Bytes(text.Offset, text.Length))) : MappedArray.Empty);

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.Latin1.GetBytes(text);

    private static byte[][] Bytes(List<string> texts) => [.. texts.Select(text => Encoding.Latin1.GetBytes(text))];
}
