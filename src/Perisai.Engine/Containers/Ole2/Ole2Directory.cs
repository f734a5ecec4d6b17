using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>
/// Reads all entries of the directory, whether a tree leads to them or not, so that nothing hides. The trees (which are to be red and black, and
/// sorted) only give the storages that entries are in.
/// </summary>
internal static class Ole2Directory
{
    /// <summary>Twice the objects that one scan looks at.</summary>
    private const int MaxEntries = 200_000;

    public static List<Ole2Entry> Read(Ole2Table table, Ole2Header header, IMemberSink sink)
    {
        var entries = new List<Ole2Entry>();
        var pieces = table.Follow(header.FirstDirectorySector, -1, out var isBroken);
        var content = new PieceSource(pieces);
        if (isBroken || content.Length % (1 << table.Shift) != 0)
            sink.AddLoss(Ole2Faults.BadDirectory, pieces.Count > 0 ? pieces[0].Offset : -1, "The directory is not whole.");
        var reader = new BoundedReader(content, sink.Budget);
        while (reader.TryGetSpan(Ole2Format.EntryLength, out var bytes) && sink.Budget.CheckTime())
        {
            if (entries.Count == MaxEntries)
            {
                sink.AddLoss(Ole2Faults.TooManyEntries, -1);
                break;
            }

            entries.Add(Parse(bytes, header));
        }

        for (var index = 0; index < entries.Count; index++)
        {
            if (entries[index].Kind == Ole2Kind.Root)
                Descend(entries, entries[index], sink);
        }

        // What is left hangs together by storages that no tree leads to.
        foreach (var entry in entries)
        {
            if (entry.Kind == Ole2Kind.Storage && !entry.IsReached)
                Descend(entries, entry, sink);
        }

        return entries;
    }

    private static Ole2Entry Parse(ReadOnlySpan<byte> bytes, Ole2Header header)
    {
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[120..]);
        if (!header.HasLongLengths)
            length &= uint.MaxValue;
        return new()
        {
            Name = bytes[66] == 0 ? "" : Ole2Name.Decode(bytes[..64], BinaryPrimitives.ReadUInt16LittleEndian(bytes[64..])),
            Kind = (Ole2Kind)bytes[66],
            Left = BinaryPrimitives.ReadUInt32LittleEndian(bytes[68..]),
            Right = BinaryPrimitives.ReadUInt32LittleEndian(bytes[72..]),
            Child = BinaryPrimitives.ReadUInt32LittleEndian(bytes[76..]),
            Start = BinaryPrimitives.ReadUInt32LittleEndian(bytes[116..]),
            Length = Math.Max(0, length),
        };
    }

    private static void Descend(List<Ole2Entry> entries, Ole2Entry root, IMemberSink sink)
    {
        var due = new Stack<(uint Index, Ole2Entry Parent)>();
        root.IsReached = true;
        due.Push((root.Child, root));
        while (due.TryPop(out var next))
        {
            if (next.Index >= entries.Count)
                continue;
            var entry = entries[(int)next.Index];
            if (entry.IsReached)
            {
                sink.AddFault(Ole2Faults.BadTree, next.Index, "Two ways lead to one entry.");
                continue;
            }

            entry.IsReached = true;
            entry.Parent = next.Parent;
            due.Push((entry.Left, next.Parent));
            due.Push((entry.Right, next.Parent));
            if (entry.Kind == Ole2Kind.Storage)
                due.Push((entry.Child, entry));
        }
    }
}
