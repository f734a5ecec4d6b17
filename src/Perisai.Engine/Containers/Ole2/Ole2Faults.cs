namespace Perisai.Engine.Containers.Ole2;

/// <summary>What can be wrong with a compound file and with what Office keeps in it.</summary>
internal static class Ole2Faults
{
    public const string TruncatedHeader = "ole2.truncated-header";
    public const string BadHeader = "ole2.bad-header";
    public const string Truncated = "ole2.truncated";
    public const string BadTable = "ole2.bad-table";
    public const string BadDirectory = "ole2.bad-directory";
    public const string BadTree = "ole2.bad-tree";
    public const string BrokenChain = "ole2.broken-chain";
    public const string TooManyEntries = "ole2.too-many-entries";
    public const string OverlappingEntries = "ole2.overlapping-entries";
    public const string BadNativeObject = "ole2.bad-native-object";
    public const string BadSlideRecord = "ole2.bad-slide-record";
    public const string BadPictureRecord = "ole2.bad-picture-record";
    public const string BadMacroDirectory = "ole2.bad-macro-directory";
    public const string BadMacroModule = "ole2.bad-macro-module";
    public const string BadEncryption = "ole2.bad-encryption";
    public const string BadWorkbook = "ole2.bad-workbook";
    public const string BadBody = "ole2.bad-body";
}
