using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Inno;

/// <summary>
/// Finds the names of files in the first block of headers without taking it apart, which would need the layout of each version: a file's entry is an empty text, the
/// place where it is installed, which begins with a constant in braces, seven or eight texts, versions of Windows, and the number of its location.
/// </summary>
internal static class InnoNames
{
    private const int MaxText = 4096;
    private const int WindowsVersionsLength = 20;

    public static Dictionary<int, string> Find(ReadOnlySpan<byte> header, InnoVersion version, int locations, ScanBudget budget)
    {
        var names = new Dictionary<int, string>();
        var doubtful = new Dictionary<int, string>();
        ReadOnlySpan<byte> first = version.IsUnicode ? [(byte)'{', 0] : [(byte)'{'];
        for (var at = 8; at < header.Length && names.Count < locations && budget.CheckTime(); at++)
        {
            var found = header[at..].IndexOf(first);
            if (found < 0)
                break;
            at += found;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[(at - 4)..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[(at - 8)..]) != 0 || length is 0 or > MaxText || length > header.Length - at)
                continue;
            var location = LocationBehind(header[(at + (int)length)..], version.TextsOfFile, out var isSure);
            if (location < 0 || location >= locations)
                continue;
            var name = header.Slice(at, (int)length);
            (isSure ? names : doubtful).TryAdd((int)location, (version.IsUnicode ? Encoding.Unicode : Encoding.Latin1).GetString(name).Replace('\\', '/'));
        }

        foreach (var (location, name) in doubtful)
            names.TryAdd(location, name);
        return names;
    }

    /// <param name="isSure">Whether the file has no permissions of its own, as nearly all have none, which is written as -1.</param>
    private static long LocationBehind(ReadOnlySpan<byte> rest, int texts, out bool isSure)
    {
        isSure = false;
        for (var index = 0; index < texts; index++)
        {
            if (rest.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(rest) is var length && (length > MaxText || length > rest.Length - 4))
                return -1;
            rest = rest[(4 + (int)length)..];
        }

        // The location, attributes, the length of a file outside of the installer, permissions.
        if (rest.Length < WindowsVersionsLength + 18)
            return -1;
        rest = rest[WindowsVersionsLength..];
        isSure = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) == 0 && BinaryPrimitives.ReadInt16LittleEndian(rest[16..]) == -1;
        return BinaryPrimitives.ReadUInt32LittleEndian(rest);
    }
}
