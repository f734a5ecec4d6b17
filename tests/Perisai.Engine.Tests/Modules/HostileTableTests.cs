using System.Buffers.Binary;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Files made to cost time or memory: tables that name themselves, or one another, over and over.</summary>
public sealed class HostileTableTests
{
    [Fact]
    public void An_ELF_file_whose_segments_are_all_endless_dynamic_tables_costs_little()
    {
        // 65,534 segments, each a dynamic table that begins at the segments and has no end but that of the file.
        const int segments = 65_534;
        var file = new byte[64 + segments * 56 + (8 << 20)];
        file.AsSpan(64).Fill(0x41);
        "\x7F"u8.CopyTo(file);
        "ELF"u8.CopyTo(file.AsSpan(1));
        (file[4], file[5]) = (2, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), segments);
        for (var i = 0; i < segments; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(64 + i * 56), 2);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(64 + i * 56 + 8), (ulong)(64 + i));
        }

        var facts = Bounded("elf", file);
        Assert.Equal(segments, facts.Facts.Get(facts.Schema.IndexOf("segments")).Array.Count);
        // The limit leaves nothing for the last tables.
        Assert.Equal(0, facts.Facts.Get(facts.Schema.IndexOf("dynamic_section_entries")).Integer);
    }

    [Fact]
    public void An_ELF_file_with_half_a_million_names_that_all_run_to_its_end_costs_little()
    {
        // Null, symbols, texts: the texts are one, of a MiB, and all symbols begin in it.
        const int symbols = 500_000, texts = 1 << 20;
        var symbolsAt = 64 + 3 * 64;
        var textsAt = symbolsAt + symbols * 24;
        var file = new byte[textsAt + texts];
        file.AsSpan(textsAt + 1).Fill((byte)'a');
        "\x7F"u8.CopyTo(file);
        "ELF"u8.CopyTo(file.AsSpan(1));
        (file[4], file[5]) = (2, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), 3);
        Section(file.AsSpan(64 + 64), 2, symbolsAt, symbols * 24, link: 2);
        Section(file.AsSpan(64 + 128), 3, textsAt, texts, link: 0);
        for (var i = 0; i < symbols; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(symbolsAt + i * 24), (uint)(1 + i % 1000));
            file[symbolsAt + i * 24 + 4] = 0x12;
        }

        var facts = Bounded("elf", file);
        Assert.Equal(symbols, facts.Facts.Get(facts.Schema.IndexOf("symtab_entries")).Integer);
        // No name ends, so there are none to hash.
        Assert.True(facts.Facts.Call(facts.Schema.IndexOf("telfhash"), 0, []).IsUndefined);
        // With an end all are a MiB long, which counts as no name either.
        file[^1] = 0;
        facts = Bounded("elf", file);
        Assert.True(facts.Facts.Call(facts.Schema.IndexOf("import_md5"), 0, []).IsUndefined);
        // Names of 60,000 letters are names, but half a million of them are not hashed.
        file[textsAt + 60_000] = 0;
        facts = Bounded("elf", file);
        Assert.True(facts.Facts.Call(facts.Schema.IndexOf("import_md5"), 0, []).IsUndefined);

        static void Section(Span<byte> header, uint type, int offset, int size, uint link)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)size);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], link);
        }
    }

    [Fact]
    public void A_MachO_file_of_a_million_commands_of_8_bytes_costs_little()
    {
        const int commands = 1_000_000;
        var file = new byte[28 + commands * 8 + 64];
        BinaryPrimitives.WriteUInt32LittleEndian(file, 0xFEEDFACE);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(16), uint.MaxValue);
        for (var i = 0; i < commands; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(28 + i * 8), 1);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(28 + i * 8 + 4), 8);
        }

        var facts = Bounded("macho", file);
        Assert.Equal(commands, facts.Facts.Get(facts.Schema.IndexOf("number_of_segments")).Integer);
        Assert.Equal(65_535, facts.Facts.Get(facts.Schema.IndexOf("segments")).Array.Count);
    }

    [Fact]
    public void A_fat_file_of_100000_images_that_are_all_the_whole_file_costs_little()
    {
        const int images = 100_000;
        var file = new byte[8 + images * 20];
        BinaryPrimitives.WriteUInt32BigEndian(file, 0xCAFEBABE);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4), images);
        for (var i = 0; i < images; i++)
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(8 + i * 20 + 12), (uint)file.Length);
        var facts = Bounded("macho", file);
        Assert.Equal(images, facts.Facts.Get(facts.Schema.IndexOf("file")).Array.Count);
        Assert.True(facts.Facts.Call(facts.Schema.IndexOf("file_index_for_arch"), 0, [RuleValue.Of(12345L)]).IsUndefined);
    }

    [Fact]
    public void A_dex_file_of_100000_classes_with_the_same_million_fields_costs_little()
    {
        const int classes = 100_000, fields = 1_000_000;
        // Header; one string, type, proto, field and method; classes; the data of the one class.
        var tablesAt = 112;
        var classesAt = tablesAt + 64;
        var dataAt = classesAt + classes * 32;
        var file = new byte[dataAt + 16 + fields * 2];
        "dex\n035\0"u8.CopyTo(file);
        for (var i = 0; i < 5; i++)
            Table(56 + i * 8, 1, tablesAt);
        Table(96, classes, classesAt);
        for (var i = 0; i < classes; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(classesAt + i * 32 + 24), (uint)dataAt);
        // A million static fields, in LEB128.
        (file[dataAt], file[dataAt + 1], file[dataAt + 2]) = (fields & 0x7F | 0x80, fields >> 7 & 0x7F | 0x80, fields >> 14);
        var facts = Bounded("dex", file);
        Assert.Equal(0x80000, facts.Facts.Get(facts.Schema.IndexOf("number_of_fields")).Integer);

        void Table(int at, uint count, int offset)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), count);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 4), (uint)offset);
        }
    }

    /// <summary>Reads what can be read, in bounded memory.</summary>
    private static (StructType Schema, RuleStruct Facts) Bounded(string module, byte[] file)
    {
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var (schema, facts) = TestObject.Load(module, file);
        FactDump.Write(new SortedDictionary<string, string>(StringComparer.Ordinal), module, schema, facts, maximum: 200);
        for (var field = 0; field < schema.Fields.Length; field++)
        {
            if (schema.Fields[field].Type is FunctionType function && function.Overloads[0].Parameters.Length == 0)
                facts.Call(field, 0, []);
        }

        memory = GC.GetAllocatedBytesForCurrentThread() - memory;
        Assert.True(memory < 512 << 20, $"{memory} bytes of memory");
        return (schema, facts);
    }
}
