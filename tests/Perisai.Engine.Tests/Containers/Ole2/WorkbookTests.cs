using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Ole2;

public sealed class WorkbookTests
{
    private static readonly byte[] _content = MakeContent();

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void SheetsOfExcel4MacrosAreObserved(byte sheetType, bool isObserved)
    {
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("Workbook", WorkbookBuilder.Build(sheetType, _content)).ToArray());
        Assert.Equal(isObserved, sink.Observed.Contains(Observations.ExcelMacros));
        sink.AssertClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWorkbookWithTheDefaultPasswordIsDecrypted(bool isCryptoApi)
    {
        var (plain, encrypted) = WorkbookBuilder.Encrypt(1, _content, "VelvetSweatshop", isCryptoApi);
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("Workbook", encrypted).ToArray());
        Assert.Equal(plain, Assert.Single(sink.Members, member => member.Name == "Workbook/decrypted").Content);
        Assert.Contains(Observations.ExcelMacros, sink.Observed);
        sink.AssertClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnotherPasswordMustBeGiven(bool isCryptoApi)
    {
        var (plain, encrypted) = WorkbookBuilder.Encrypt(0, _content, "geheim", isCryptoApi);
        var bytes = new Ole2Builder().Add("Workbook", encrypted).ToArray();
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(Ole2Reader.Instance.Read(bytes).NotScanned).Reason);
        Assert.Contains(Ole2Reader.Instance.Read(bytes, "geheim").Members, member => member.Content.AsSpan().SequenceEqual(plain));
    }

    [Fact]
    public void AnEncryptedTextOfWordIsReported()
    {
        byte[] header = [0xEC, 0xA5, 0xC1, 0, .. new byte[6], 0, 1, .. new byte[500]];
        // Neither a table nor a key.
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("WordDocument", header).ToArray());
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(sink.NotScanned).Reason);
    }

    [Fact]
    public void FormulasOfMacrosAreWritten()
    {
        // EXEC("calc.exe"), as Excel stores it; what it last gave; 5 + 7.
        byte[] exec = [0, 0, 1, 0, .. new byte[16], 15, 0, 0x17, 8, 0, .. "calc.exe"u8, 0x42, 1, 0x6E, 0];
        byte[] sum = [4, 0, 0, 0, .. new byte[16], 7, 0, 0x1E, 5, 0, 0x1E, 7, 0, 0x03];
        byte[] sheet = [9, 8, 16, 0, 0, 6, 0x40, 0, .. new byte[12], 6, 0, (byte)exec.Length, 0, .. exec, 7, 2, 5, 0, 2, 0, 0, .. "ok"u8,
            6, 0, (byte)sum.Length, 0, .. sum, 10, 0, 0, 0];
        var workbook = WorkbookBuilder.Build(1, []);
        BitConverter.TryWriteBytes(workbook.AsSpan(24), workbook.Length);
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("Workbook", [.. workbook, .. sheet]).ToArray());
        var text = System.Text.Encoding.UTF8.GetString(Assert.Single(sink.Members, member => member.Name == "Workbook/macros-1").Content);
        var records = System.Text.Encoding.Latin1.GetString(Assert.Single(sink.Members, member => member.Name == "Workbook/macro-records").Content);
        Assert.Contains("FORMULA : Cell Formula - R1C2 len=15  ptgStr\x17\x08\0calc. ptgFuncVarV args 1 func EXEC (0x006e)", records, StringComparison.Ordinal);
        Assert.Equal("R1C2 \"calc.exe\" EXEC(1)\n= \"ok\"\nR5C1 5 7 +\n", text);
        sink.AssertClean();
    }

    private static byte[] MakeContent()
    {
        var bytes = new byte[5000];
        new Random(10).NextBytes(bytes);
        return bytes;
    }
}
