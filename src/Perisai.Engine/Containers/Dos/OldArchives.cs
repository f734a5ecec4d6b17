using Perisai.Engine.Containers.Arj;
using Perisai.Engine.Containers.Lha;

namespace Perisai.Engine.Containers.Dos;

/// <summary>
/// Finds archives of days when programs had no sections behind a self-extracting program: ARJ and LHA, whose marks are too short to be searched for everywhere, by
/// whole headers with right checksums.
/// </summary>
internal static class OldArchives
{
    /// <summary>How far behind the program an archive may begin.</summary>
    private const int MaxDistance = 64 << 10;

    /// <summary>Where one begins; -1 where none does.</summary>
    public static long Find(ByteSource source, long from, IMemberSink sink, out string name)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var to = Math.Min(source.Length, from + MaxDistance);
        for (var at = from; (at = reader.IndexOf([0x60, 0xEA], at, to)) >= 0 && sink.Budget.CheckTime(); at++)
        {
            reader.Position = at;
            if (ArjHeader.TryRead(reader) is not { IsMain: true, ChecksumMatches: true, IsEnd: false })
                continue;
            name = "appended.arj";
            return at;
        }

        for (var at = from + 2; (at = reader.IndexOf("-l"u8, at, to)) >= 0 && sink.Budget.CheckTime(); at++)
        {
            reader.Position = at - 2;
            if (!reader.TryPeekSpan(22, out var bytes) || !LhaHeader.CanBegin(bytes) || LhaHeader.TryRead(reader) is not { ChecksumMatches: true })
                continue;
            name = "appended.lzh";
            return at - 2;
        }

        name = "";
        return -1;
    }
}
