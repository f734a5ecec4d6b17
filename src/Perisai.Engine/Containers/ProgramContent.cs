
namespace Perisai.Engine.Containers;

/// <summary>
/// Which parts of a program are worth to be objects of their own. All of its bytes were matched already: a part counts that is opened in turn, that
/// runs, or that definitions are bound to as a file of its own.
/// </summary>
internal static class ProgramContent
{
    /// <summary>Shorter ones hold nothing that could be told apart.</summary>
    public const int MinimumLength = 32;

    /// <summary>What a part is, if it is worth handing on; Unknown otherwise.</summary>
    public static FileType Identify(ByteSource source, long offset, long length, ScanBudget budget)
    {
        if (length < MinimumLength)
            return FileType.Unknown;
        var slice = new SliceByteSource(source, offset, length);
        var type = ContainerDispatcher.Identify(slice, budget);
        return IsWorth(type) ? type : FileType.Unknown;
    }

    private static bool IsWorth(FileType type) => type switch
    {
        FileType.Unknown or FileType.Empty or FileType.Text or FileType.TextUtf16 or FileType.Xml => false,
        // Pictures, sounds and fonts are what resources are made of.
        FileType.Gif or FileType.Png or FileType.Jpeg or FileType.Tiff or FileType.Bmp or FileType.Riff or FileType.Icon or FileType.Photoshop
            or FileType.Jpeg2000 or FileType.Media or FileType.Font => false,
        // They have no mark, or one that chance meets.
        FileType.Lzma or FileType.PythonBytecode or FileType.Compress => false,
        _ => true,
    };

    /// <summary>Types whose beginning the search for marks finds anywhere in a program, and measures better.</summary>
    public static bool HasMark(FileType type) =>
        type is FileType.Zip or FileType.SevenZip or FileType.Rar4 or FileType.Rar5 or FileType.Cab or FileType.Ace or FileType.Pe or FileType.SquashFs;
}
