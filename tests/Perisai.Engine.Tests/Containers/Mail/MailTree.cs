using Perisai.Engine.Containers;

namespace Perisai.Engine.Tests.Containers.Mail;

/// <summary>Opens mails and what is in them as the scanner does, and lists what is no container of mails.</summary>
internal static class MailTree
{
    /// <summary>Members at every depth that no reader opens, and faults of every reader.</summary>
    public static (List<RecordingSink.Entry> Leaves, List<Fault> Faults, List<(string Name, NotScannedReason Reason, string Detail)> NotScanned) Open(byte[] mail, FileType type = FileType.Mail)
    {
        var leaves = new List<RecordingSink.Entry>();
        var faults = new List<Fault>();
        var notScanned = new List<(string, NotScannedReason, string)>();
        Open(mail, type, 0, leaves, faults, notScanned);
        return (leaves, faults, notScanned);
    }

    private static void Open(
        byte[] bytes, FileType type, int depth, List<RecordingSink.Entry> leaves, List<Fault> faults, List<(string, NotScannedReason, string)> notScanned)
    {
        var sink = new RecordingSink();
        ContainerDispatcher.ReaderFor(type)!.Read(new MemoryByteSource(bytes), sink);
        faults.AddRange(sink.Faults);
        notScanned.AddRange(sink.NotScanned);
        foreach (var member in sink.Members)
        {
            var inner = Formats.TypeIdentifier.Identify(new BoundedReader(new MemoryByteSource(member.Content), sink.Budget));
            if (inner is not (FileType.Mail or FileType.Mbox or FileType.Uuencode or FileType.YEnc or FileType.Tnef))
                inner = member.DeclaredType;
            if (inner != FileType.Unknown && depth < 16)
                Open(member.Content, inner, depth + 1, leaves, faults, notScanned);
            if (inner != FileType.Mail && inner != FileType.Mbox)
                leaves.Add(member);
        }
    }
}
