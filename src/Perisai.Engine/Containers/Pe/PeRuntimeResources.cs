using Perisai.Engine.Formats.DotNet;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Pe;

/// <summary>
/// Hands on the manifest resources of a .NET program (ECMA-335, II.22.24): each is a length of four bytes and the data, at an offset that its row in
/// the ManifestResource table names. A <c>.resources</c> file among them is opened here, as its values lie in the program as they are.
/// </summary>
internal static class PeRuntimeResources
{
    /// <summary>Resources looked at.</summary>
    private const int MaximumLookedAt = 4096;

    /// <summary>Rows of tables that come before; more than real programs have, and no more than a file of some megabytes can hold.</summary>
    private const int MaximumRows = 1 << 24;

    public static void HandOn(PeImage image, ByteSource source, IMemberSink sink)
    {
        if (DotNetImage.Read(image) is not { Tables: { } stream } program || program.ResourcesOffset < 0)
            return;
        var tables = MetadataTables.Read(program.Reader, stream.Offset, MaximumRows);
        var count = Math.Min(tables.RowCount(MetadataTables.ManifestResource), MaximumLookedAt);
        for (uint row = 1; row <= count && !sink.ShouldStop; row++)
        {
            // An implementation elsewhere: another file or assembly.
            if (!tables.HasRow(MetadataTables.ManifestResource, row) || tables.Cell(MetadataTables.ManifestResource, row, 3) != 0)
                continue;
            var at = program.ResourcesOffset + tables.Cell(MetadataTables.ManifestResource, row, 0);
            if (!program.Reader.TryReadUInt32(at, out var stated) || stated < ProgramContent.MinimumLength)
                continue;
            var name = program.Name(tables.Cell(MetadataTables.ManifestResource, row, 2)) ?? $"{row}";
            var length = Math.Min(stated, source.Length - at - 4);
            if (ResourcesFile.IsOne(program.Reader, at + 4))
                ResourcesFile.HandOn(program.Reader, source, at + 4, length, name, sink);
            else if (ProgramContent.Identify(source, at + 4, length, sink.Budget) != FileType.Unknown)
                sink.AddSlice(new Member($"resources/{name}") { DeclaredLength = stated }, source, at + 4, length);
        }
    }
}
