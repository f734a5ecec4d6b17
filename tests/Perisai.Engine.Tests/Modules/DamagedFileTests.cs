using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Cut and changed files: every field of the schema is read, nothing throws, and it ends soon with little memory.</summary>
public sealed class DamagedFileTests
{
    private const int Cuts = 200;
    private const int Changes = 400;

    /// <summary>Elements looked at in each array: enough to reach all code, and no more than a rule's loop would.</summary>
    private const int Elements = 500;

    [Theory]
    [InlineData("elf")]
    [InlineData("macho")]
    [InlineData("dex")]
    public void Every_field_can_be_read_wherever_the_file_was_cut(string module)
    {
        foreach (var file in Files(module))
        {
            for (var i = 0; i < Cuts; i++)
                ReadAll(module, file[..(int)((long)file.Length * i / Cuts)]);
        }
    }

    [Theory]
    [InlineData("elf")]
    [InlineData("macho")]
    [InlineData("dex")]
    public void Every_field_can_be_read_whatever_was_changed(string module)
    {
        foreach (var file in Files(module))
        {
            foreach (var damaged in TestFiles.Damaged(file, Changes, seed: file.Length))
                ReadAll(module, damaged);
        }
    }

    [Theory]
    [InlineData("elf")]
    [InlineData("macho")]
    [InlineData("dex")]
    public void Facts_do_not_depend_on_where_the_bytes_lie(string module)
    {
        foreach (var file in Files(module))
        {
            foreach (var one in TestFiles.Damaged(file, 20, seed: 3).Prepend(file))
                Assert.Equal(Dump(module, one, inMemory: true), Dump(module, one, inMemory: false));
        }
    }

    private static IEnumerable<byte[]> Files(string module)
    {
        var files = TestFiles.Of(module);
        return module switch
        {
            "macho" => [.. files, TestFiles.Fat(files, wide: false), TestFiles.Fat(files, wide: true)],
            "dex" => [.. files, DexSample.Create(5, 20, 200)],
            _ => files,
        };
    }

    private static void ReadAll(string module, byte[] file)
    {
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var (schema, facts) = TestObject.Load(module, file);
        FactDump.Write(new SortedDictionary<string, string>(StringComparer.Ordinal), module, schema, facts, Elements);
        CallAll(schema, facts);
        memory = GC.GetAllocatedBytesForCurrentThread() - memory;
        Assert.True(memory < 256 << 20, $"{memory} bytes of memory for {file.Length} bytes");
    }

    private static SortedDictionary<string, string> Dump(string module, byte[] file, bool inMemory) =>
        FactDump.Of(RuleModules.Find(module)!, TestObject.Context(file, inMemory: inMemory));

    private static void CallAll(StructType schema, RuleStruct facts)
    {
        for (var field = 0; field < schema.Fields.Length; field++)
        {
            if (schema.Fields[field].Type is not FunctionType function)
                continue;
            for (var overload = 0; overload < function.Overloads.Length; overload++)
            {
                facts.Call(field, overload, [.. function.Overloads[overload].Parameters.Select(letter => letter switch
                {
                    's' => RuleValue.Of("x"u8.ToArray()),
                    'r' => RuleValue.Of(new Everything()),
                    _ => RuleValue.Of(7L),
                })]);
            }
        }
    }

    private sealed class Everything : IRuleRegex
    {
        public bool IsMatch(ReadOnlySpan<byte> text) => text.Length > 3;
    }
}
