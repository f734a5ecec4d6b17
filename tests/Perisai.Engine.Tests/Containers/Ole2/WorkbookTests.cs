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
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("WordDocument", header).ToArray());
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(sink.NotScanned).Reason);
    }

    private static byte[] MakeContent()
    {
        var bytes = new byte[5000];
        new Random(10).NextBytes(bytes);
        return bytes;
    }
}
