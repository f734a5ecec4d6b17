using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules.Pe;

/// <summary>What no linker makes, and what has no peer on this machine.</summary>
public class PeModuleTests
{
    private static readonly RuleModule _module = RuleModules.Find("pe")!;

    [Fact]
    public void WhatIsNoPeHasConstantsOnly()
    {
        var fields = FactDump.Of(_module, "no program"u8.ToArray());
        Assert.Equal("0", fields["is_pe"]);
        Assert.Equal("332", fields["MACHINE_I386"]);
        Assert.All(fields.Keys.Where(name => name != "is_pe"), name => Assert.True(char.IsUpper(name[0]), name));
        var facts = Load("no program"u8.ToArray());
        Assert.True(ModuleCalls.Call(_module.Schema, facts, "imphash").IsUndefined);
        Assert.True(ModuleCalls.Field(_module, facts, "linker_version.major").IsUndefined);
        Assert.Equal(0, ModuleCalls.Field(_module, facts, "sections").Array.Count);
        Assert.Equal(0, ModuleCalls.Field(_module, facts, "version_info").Dictionary.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AResourceDirectoryThatPointsAtItselfEnds(bool is64Bit)
    {
        // 4,096 entries, all of which lead back to the beginning.
        var builder = new PeBuilder(is64Bit).Directory(2, PeBuilder.Address, 0x8010).Words(12, 4096 << 16);
        for (var i = 0; i < 4096; i++)
            builder.Words(16 + i * 8, (uint)i, 0x8000_0000);
        var fields = FactDump.Of(_module, builder.Build(), maximumElements: 10);
        // On the third level there are no directories any more.
        Assert.Equal("65537", fields["number_of_resources"]);
        Assert.Equal("0", fields["resources[0].type"]);
    }

    [Fact]
    public void ResourcesThatShareALongNameCostNoMemory()
    {
        // 60,000 entries with one name of 131,070 bytes would be 7 GB.
        var builder = new PeBuilder(is64Bit: false, 0xC0000).Directory(2, PeBuilder.Address, 0xC0000).Words(12, 30_000 << 16 | 30_000);
        for (var i = 0; i < 60_000; i++)
            builder.Words(16 + i * 8, 0x8008_0000, 0xA_8000);
        builder.Words(0x80000, 0xFFFF);
        var facts = Load(builder.Build());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(60_000, Integer(facts, "number_of_resources"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000);
        Assert.Equal(131_070, ModuleCalls.Field(_module, facts, "resources[59999].type_string").Text.Length);
    }

    [Fact]
    public void LibrariesThatShareOneTableOfFunctionsAreCounted()
    {
        // 2,000 libraries with the same 8,000 functions would be 16 million.
        var builder = new PeBuilder(is64Bit: true, 0x40000).Directory(1, PeBuilder.Address, 20 * 2000);
        for (var i = 0; i < 2000; i++)
            builder.Words(i * 20, 0x1000 + 0x20000, 0, 0, 0x1000 + 0x1F000, 0x1000 + 0x20000);
        builder.Text(0x1F000, "A.dll\0");
        for (var i = 0; i < 8000; i++)
            builder.Words(0x20000 + i * 8, (uint)i, 0x8000_0000);
        var fields = FactDump.Of(_module, builder.Build(), maximumElements: 3);
        Assert.Equal("65536", fields["number_of_imported_functions"]);
        Assert.Equal("\"ord2\"", fields["import_details[1].functions[2].name"]);
        Assert.Equal("2", fields["import_details[1].functions[2].ordinal"]);
        Assert.Equal((0x21000 + 16).ToString(System.Globalization.CultureInfo.InvariantCulture), fields["import_details[1].functions[2].rva"]);
    }

    [Fact]
    public void ImportsAndTheirAddressesAreFoundByNameAndNumber()
    {
        var facts = Load(new PeBuilder(is64Bit: false).Directory(1, PeBuilder.Address, 40)
            .Words(0, 0x1100, 0, 0, 0x1200, 0x1180).Text(0x200, "WS2_32.dll\0")
            .Words(0x100, 0x8000_0003, 0x1300, 0x1340, 0).Text(0x302, "Connect@4\0").Text(0x342, "bad name\0").Build());
        Assert.Equal(2, Integer(facts, "number_of_imported_functions"));
        Assert.Equal("closesocket", Encoding.ASCII.GetString(ModuleCalls.Field(_module, facts, "import_details[0].functions[0].name").Text));
        Assert.Equal(0x1180, ModuleCalls.Call(_module.Schema, facts, "import_rva", "ws2_32.DLL", 3).Integer);
        Assert.Equal(0x1184, ModuleCalls.Call(_module.Schema, facts, "import_rva", "ws2_32.dll", "connect@4").Integer);
        Assert.True(ModuleCalls.Call(_module.Schema, facts, "import_rva", "ws2_32.dll", "bad name").IsUndefined);
        Assert.True(ModuleCalls.Call(_module.Schema, facts, "delayed_import_rva", "ws2_32.dll", 3).IsUndefined);
        Assert.Equal(2, ModuleCalls.Call(_module.Schema, facts, "imports", "WS2_32.DLL").Integer);
        Assert.Equal(1, ModuleCalls.Call(_module.Schema, facts, "imports", "WS2_32.DLL", 3).Integer);
        Assert.Equal(0, ModuleCalls.Call(_module.Schema, facts, "imports", 2, "WS2_32.DLL", 3).Integer);
    }

    [Fact]
    public void DelayedImportsOfBothKindsAreRead()
    {
        var facts = Load(new PeBuilder(is64Bit: false).Directory(13, PeBuilder.Address, 64)
            .Words(0, 1, 0x1200, 0, 0x1180, 0x1100).Text(0x200, "late.dll\0").Words(0x100, 0x1300, 0x8000_0005, 0).Words(0x180, 1, 1, 1)
            .Text(0x302, "Wait\0").Build());
        Assert.Equal(1, Integer(facts, "number_of_delayed_imports"));
        Assert.Equal(2, Integer(facts, "number_of_delayed_imported_functions"));
        Assert.Equal("Wait", Encoding.ASCII.GetString(ModuleCalls.Field(_module, facts, "delayed_import_details[0].functions[0].name").Text));
        Assert.Equal(5, ModuleCalls.Field(_module, facts, "delayed_import_details[0].functions[1].ordinal").Integer);
        Assert.Equal(0x1184, ModuleCalls.Call(_module.Schema, facts, "delayed_import_rva", "LATE.dll", 5).Integer);
        Assert.Equal(1, ModuleCalls.Call(_module.Schema, facts, "imports", -1, "late.dll", "wait").Integer);
        Assert.Equal(0, ModuleCalls.Call(_module.Schema, facts, "imports", "late.dll", "wait").Integer);
    }

    [Fact]
    public void ExportsHaveNamesAndForwards()
    {
        var facts = Load(new PeBuilder(is64Bit: true).Directory(0, PeBuilder.Address, 0x200)
            .Words(0, 0, 12345, 0, 0x1100, 5, 3, 2, 0x1120, 0x1140, 0x1160).Text(0x100, "own.dll\0")
            .Words(0x120, 0x2000, 0x1180, 0x2010).Words(0x140, 0x1190, 0x11A0).Words(0x160, 2 | 0 << 16)
            .Text(0x180, "ntdll.Do\0").Text(0x190, "Third\0").Text(0x1A0, "First\0").Build());
        Assert.Equal(3, Integer(facts, "number_of_exports"));
        Assert.Equal(12345, Integer(facts, "export_timestamp"));
        Assert.Equal("ntdll.Do", Encoding.ASCII.GetString(ModuleCalls.Field(_module, facts, "export_details[1].forward_name").Text));
        Assert.True(ModuleCalls.Field(_module, facts, "export_details[1].offset").IsUndefined);
        Assert.True(ModuleCalls.Field(_module, facts, "export_details[1].name").IsUndefined);
        Assert.Equal(0x1400, ModuleCalls.Field(_module, facts, "export_details[0].offset").Integer);
        Assert.Equal(7, ModuleCalls.Field(_module, facts, "export_details[2].ordinal").Integer);
        Assert.Equal(2, ModuleCalls.Call(_module.Schema, facts, "exports_index", "THIRD").Integer);
        // An ordinal above the number of exports is not looked for, whatever the base is.
        Assert.Equal(0, ModuleCalls.Call(_module.Schema, facts, "exports", 6).Integer);
    }

    private static RuleStruct Load(byte[] bytes) => _module.Load(new ModuleContext(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default)));

    private static long Integer(RuleStruct facts, string path) => ModuleCalls.Field(_module, facts, path).Integer;
}
