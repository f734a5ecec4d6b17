using Perisai.Cli.Yara;

namespace Perisai.Cli.Tests.Yara;

/// <summary>The look of a value tells the type of an external variable.</summary>
public sealed class YaraDefinitionsTests
{
    [Theory]
    [InlineData("5", 5L)]
    [InlineData("-5", -5L)]
    [InlineData("05", 5L)]
    [InlineData("9999999999999999999999", long.MaxValue)]
    [InlineData("5.5", 5.5)]
    [InlineData("-5.", -5.0)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("True", "True")]
    [InlineData("0x5", "0x5")]
    [InlineData(".5", ".5")]
    [InlineData("1e3", "1e3")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("-", "-")]
    [InlineData("5 ", "5 ")]
    [InlineData("", "")]
    public void Values(string text, object expected) => Assert.Equal(expected, YaraDefinitions.ValueOf(text));
}
