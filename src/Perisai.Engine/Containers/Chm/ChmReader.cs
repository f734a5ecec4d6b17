using System.Buffers.Binary;
using Perisai.Engine.Containers.Cab;

namespace Perisai.Engine.Containers.Chm;

/// <summary>Reads compiled HTML help: a directory, a section of stored files and one that is compressed with LZX.</summary>
internal sealed class ChmReader : IContainerReader
{
    public static readonly ChmReader Instance = new();

    /// <summary>Files that share bytes cost the whole section again; programs write none.</summary>
    private const int MaxRestarts = 8;

    private const string Storage = "::DataSpace/Storage/MSCompressed/";
    private const string ResetTable = Storage + "Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable";
    private const int ResetTableHeader = 40;

    public string Name => "chm";

    public FormatDescription Description { get; } = new(
        "Compiled HTML help (chm, its)", "files of both sections, stored and LZX", "Pabs, Microsoft's HTML Help (.chm) format; Matthew Russotto, same")
    {
        Limits = "names of 4 KiB; 8 files that share compressed bytes",
        Gaps = "a compressed section without its reset table is reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var directory = new ChmDirectory(source, sink);
        if (!directory.TryRead() && directory.Entries.Count == 0)
            return;
        var compressed = new List<ChmEntry>();
        foreach (var entry in directory.Entries)
        {
            if (entry.Length == 0 || entry.Name.StartsWith("::DataSpace/", StringComparison.Ordinal))
                continue;
            if (entry.Section == 1)
            {
                compressed.Add(entry);
                continue;
            }

            if (entry.Section != 0 || directory.ContentOffset > source.Length - entry.Offset - entry.Length)
                sink.AddLoss(ChmFaults.Truncated, directory.ContentOffset, entry.Name);
            if (entry.Section == 0 && directory.ContentOffset < source.Length - entry.Offset
                && !sink.AddSlice(Describe(entry), source, directory.ContentOffset + entry.Offset, entry.Length))
                return;
        }

        if (compressed.Count > 0)
            AddCompressed(source, sink, directory, compressed);
    }

    private static void AddCompressed(ByteSource source, IMemberSink sink, ChmDirectory directory, List<ChmEntry> files)
    {
        if (Open(source, sink, directory) is not { } section)
        {
            sink.AddLoss(ChmFaults.BadSection, directory.ContentOffset, $"{files.Count} files are in a section that cannot be decoded.");
            return;
        }

        files.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        var restarts = 0;
        try
        {
            foreach (var file in files)
            {
                if (file.Offset < section.Produced)
                {
                    if (++restarts > MaxRestarts)
                    {
                        if (!sink.AddNotScanned(Describe(file), NotScannedReason.OverBudget, "Too many files share their bytes."))
                            return;
                        continue;
                    }

                    section.Dispose();
                    section = Open(source, sink, directory)!;
                }

                using var content = new CabFileStream(section, file.Offset - section.Produced, file.Length, false, sink.Budget);
                if (!sink.AddStream(Describe(file), content, source.Length))
                    return;
            }
        }
        finally
        {
            section.Dispose();
        }
    }

    private static ChmSectionStream? Open(ByteSource source, IMemberSink sink, ChmDirectory directory)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (Find(directory, Storage + "Content") is not { } content || Find(directory, Storage + "ControlData") is not { } control
            || Find(directory, ResetTable) is not { } table)
            return null;
        reader.Position = directory.ContentOffset + control.Offset;
        if (!reader.TryPeekSpan(20, out var bytes) || ChmSectionStream.ReadControl(bytes) is not { } numbers)
            return null;
        var at = directory.ContentOffset + table.Offset;
        reader.Position = at;
        if (!reader.TryPeekSpan(ResetTableHeader, out bytes))
            return null;
        long frames = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var first = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var stored = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]) != Codecs.Lzx.LzxDecoder.FrameLength || length > long.MaxValue / 2)
            return null;
        return new(
            source, directory.ContentOffset + content.Offset, (long)Math.Min(stored, (ulong)content.Length), at + first, frames, (long)length,
            numbers.WindowBits, numbers.ResetInterval, sink.Budget);
    }

    private static ChmEntry? Find(ChmDirectory directory, string name) =>
        directory.Entries.Find(entry => entry.Section == 0 && entry.Name == name && entry.Offset < long.MaxValue / 4);

    private static Member Describe(ChmEntry entry) => new(entry.Name.TrimStart('/')) { DeclaredLength = entry.Length };
}
