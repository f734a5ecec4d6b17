using System.Text;
using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Pe;

/// <summary>Hands on resources that are of a known type by themselves: raw data, pages, and types of the program's own.</summary>
internal static class PeResources
{
    /// <summary>Resources looked at.</summary>
    private const int MaximumLookedAt = 4096;

    private const int RawData = 10;

    private const int MaximumNameLength = 128;

    public static void HandOn(IReadOnlyList<PeResource> resources, ByteSource source, IMemberSink sink)
    {
        var seen = new HashSet<(long, uint)>();
        foreach (var resource in resources)
        {
            if (resource.Offset is not { } offset || !MayHoldFile(resource.Type) || resource.Length < ProgramContent.MinimumLength
                || !seen.Add((offset, resource.Length)))
                continue;
            if (seen.Count > MaximumLookedAt || sink.ShouldStop)
                return;
            var length = Math.Min(resource.Length, source.Length - offset);
            if (ProgramContent.Identify(source, offset, length, sink.Budget) != FileType.Unknown
                && !sink.AddSlice(new Member(NameOf(resource)) { DeclaredLength = resource.Length }, source, offset, length))
                return;
        }
    }

    /// <summary>Pointers, pictures, menus, dialogs, texts, fonts, keys and versions have a form of their own, which is no file's.</summary>
    private static bool MayHoldFile(in PeResourceKey type) => type.Id is not (>= 1 and <= 9 or 11 or 12 or 14 or 16 or 17 or 20 or 21 or 22 or 24);

    private static string NameOf(PeResource resource) =>
        $"resources/{(resource.Type.Id == RawData ? "RCDATA" : NameOf(resource.Reader, resource.Type))}/{NameOf(resource.Reader, resource.Name)}";

    private static string NameOf(PagedReader reader, in PeResourceKey key)
    {
        if (key.Id is { } number)
            return number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var bytes = reader.Bytes(key.NameOffset, Math.Min(key.NameLength, 2 * MaximumNameLength)) ?? [];
        return Encoding.Unicode.GetString(bytes);
    }
}
