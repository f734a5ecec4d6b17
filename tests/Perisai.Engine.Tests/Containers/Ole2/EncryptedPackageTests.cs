using Perisai.Engine.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Ole2;

public sealed class EncryptedPackageTests
{
    private const string Name = "EncryptedPackage/document";

    private static readonly byte[] _package = MakePackage();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void APackageIsDecryptedWithTheDefaultPassword(bool isAgile)
    {
        var sink = Ole2Reader.Instance.Read(Encrypt(isAgile, "VelvetSweatshop"));
        Assert.Equal(_package, Assert.Single(sink.Members, member => member.Name == Name).Content);
        sink.AssertClean();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void APackageIsDecryptedWithAGivenPassword(bool isAgile)
    {
        var sink = Ole2Reader.Instance.Read(Encrypt(isAgile, "grün"), "other", "grün");
        Assert.Equal(_package, Assert.Single(sink.Members, member => member.Name == Name).Content);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WithoutThePasswordItIsReported(bool isAgile)
    {
        var sink = Ole2Reader.Instance.Read(Encrypt(isAgile, "unknown"), "other");
        Assert.DoesNotContain(sink.Members, member => member.Name == Name);
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(sink.NotScanned).Reason);
    }

    private static byte[] Encrypt(bool isAgile, string password) =>
        isAgile ? EncryptionBuilder.Agile(_package, password) : EncryptionBuilder.Standard(_package, password);

    private static byte[] MakePackage()
    {
        var bytes = new byte[10_001];
        new Random(9).NextBytes(bytes);
        return bytes;
    }
}
