using System.Buffers.Binary;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules.Pe;

/// <summary>Signatures of real programs, whole and damaged.</summary>
public class AuthenticodeTests
{
    private static readonly RuleModule _module = RuleModules.Find("pe")!;

    [Fact]
    public void AnIntactSignatureIsVerified()
    {
        var fields = FactDump.Of(_module, Signed());
        Assert.Equal("1", fields["is_signed"]);
        Assert.Equal("1", fields["signatures[0].verified"]);
        Assert.Equal(fields["signatures[0].digest"], fields["signatures[0].file_digest"]);
        Assert.Equal(fields["signatures[0].thumbprint"], fields["signatures[0].signer_info.chain[0].thumbprint"]);
        Assert.Equal("1", fields["signatures[0].number_of_countersignatures"]);
        Assert.Equal("1", fields["signatures[0].countersignatures[0].verified"]);
        var facts = _module.Load(new ModuleContext(new MemoryByteSource(Signed()), new ScanBudget(ScanLimits.Default)));
        var signatures = (ArrayType)_module.Schema.Fields[_module.Schema.IndexOf("signatures")].Type;
        var signature = ModuleCalls.Field(_module, facts, "signatures[0]").Struct;
        var signedAt = long.Parse(fields["signatures[0].countersignatures[0].sign_time"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(1, ModuleCalls.Call((StructType)signatures.Element, signature, "valid_on", signedAt).Integer);
        Assert.Equal(0, ModuleCalls.Call((StructType)signatures.Element, signature, "valid_on", 0).Integer);
    }

    [Fact]
    public void AChangedProgramIsNotVerified()
    {
        var bytes = Signed();
        // The checksum is not signed, what follows it is.
        var header = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(0x3C));
        bytes[header + 24 + 64] ^= 1;
        Assert.Equal("1", FactDump.Of(_module, bytes)["signatures[0].verified"]);
        bytes[header + 24 + 68] ^= 1;
        var fields = FactDump.Of(_module, bytes);
        Assert.Equal("0", fields["signatures[0].verified"]);
        Assert.Equal("0", fields["is_signed"]);
        Assert.NotEqual(fields["signatures[0].digest"], fields["signatures[0].file_digest"]);
    }

    [Fact]
    public void ADamagedSignatureIsNotVerified()
    {
        var random = new Random(7);
        var whole = Signed();
        var at = TableOffset(whole);
        var length = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(at));
        for (var round = 0; round < 60; round++)
        {
            var bytes = (byte[])whole.Clone();
            // In the second half lie the signer's values and the time stamp.
            bytes[at + 8 + random.Next(length - 16)] ^= (byte)random.Next(1, 256);
            var fields = FactDump.Of(_module, bytes);
            // It counts in any case, and a change that it covers is seen; what is not covered is another's signature in it, and padding.
            Assert.Equal("1", fields["number_of_signatures"]);
            Assert.True(fields["signatures[0].verified"] == "0" || fields["signatures[0].digest"] == fields["signatures[0].file_digest"]);
        }

        // The digest itself lies near the beginning.
        var digest = Convert.FromHexString(FactDump.Of(_module, whole)["signatures[0].digest"].Trim('"'));
        var place = whole.AsSpan(at).IndexOf(digest);
        whole[at + place] ^= 1;
        Assert.Equal("0", FactDump.Of(_module, whole)["signatures[0].verified"]);
    }

    [Fact]
    public void WhatIsNoMessageCountsAndIsUnknown()
    {
        var bytes = Signed();
        bytes.AsSpan(TableOffset(bytes) + 8, 64).Fill(0xFF);
        var fields = FactDump.Of(_module, bytes);
        Assert.Equal("1", fields["number_of_signatures"]);
        Assert.Equal("0", fields["signatures[0].verified"]);
        Assert.Equal("0", fields["signatures[0].number_of_certificates"]);
        Assert.False(fields.ContainsKey("signatures[0].issuer"));
    }

    private static int TableOffset(byte[] bytes)
    {
        var header = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(0x3C));
        var isWide = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(header + 24)) == 0x20B;
        return BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(header + 24 + (isWide ? 112 : 96) + 4 * 8));
    }

    /// <summary>A library of Microsoft that these tests bring along, with a signature and a time stamp.</summary>
    private static byte[] Signed()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "System.IO.Hashing.dll");
        Assert.SkipUnless(File.Exists(path), "System.IO.Hashing.dll is not beside the tests.");
        var bytes = File.ReadAllBytes(path);
        Assert.SkipWhen(TableOffset(bytes) == 0, "System.IO.Hashing.dll is not signed.");
        return bytes;
    }
}
