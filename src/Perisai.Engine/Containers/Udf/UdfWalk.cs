using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Udf;

/// <summary>Walks the directories of a volume and the streams of its files. Entries are told apart by their place.</summary>
/// <param name="add">Takes the files, so that those which another view of the same image showed are not handed on again.</param>
internal sealed class UdfWalk(UdfVolume volume, IMemberSink sink, Func<string, List<Piece>, long, bool> add)
{
    private const int IdentifierLength = 38;
    private const int DirectoryFlag = 2;
    private const int DeletedFlag = 4;
    private const int ParentFlag = 8;

    /// <summary>Longer directories are cut: a million entries.</summary>
    private const long MaxDirectory = 64 << 20;

    private readonly DirectoryStack _directories = new(sink, UdfFaults.Format);
    private readonly HashSet<ulong> _known = [];

    public void Run()
    {
        if (volume.ReadBlock(volume.FileSet) is not { } set || UdfTags.Read(set) != UdfTag.FileSet)
        {
            sink.AddLoss(UdfFaults.BadFileSet, -1);
            return;
        }

        _directories.Push("", UdfPlace.Read(set.AsSpan(400)).Number);
        if (UdfPlace.Read(set.AsSpan(464)) is { Length: > 0 } streams)
            _directories.Push(":", streams.Number);
        while (_directories.TryPop(out var path, out var number))
        {
            if (volume.ReadEntry(PlaceOf(number)) is { IsDirectory: true } entry)
                ReadDirectory(path, entry);
            else
                sink.AddLoss(UdfFaults.BadEntry, -1, $"{path}/");
        }
    }

    private static UdfPlace PlaceOf(ulong number) => new(0, (uint)number, (int)(number >> 32));

    private void ReadDirectory(string path, UdfEntry directory)
    {
        var content = ContentOf(path, directory);
        using var stream = content;
        var length = Math.Min(Math.Min(directory.Length, content.Length), MaxDirectory);
        if (length < directory.Length)
            sink.AddLoss(UdfFaults.BadDirectory, -1, $"{path}/");
        var buffer = new byte[IdentifierLength + 0xFFFF + 255];
        for (long at = 0; at + IdentifierLength <= length && !sink.ShouldStop;)
        {
            content.Position = at;
            var identifier = buffer.AsSpan(0, IdentifierLength);
            if (content.ReadAtLeast(identifier, identifier.Length, throwOnEndOfStream: false) < identifier.Length
                || UdfTags.Read(identifier) != UdfTag.FileIdentifier)
            {
                sink.AddLoss(UdfFaults.BadDirectory, -1, $"{path}/");
                return;
            }

            int nameLength = identifier[19], useLength = BinaryPrimitives.ReadUInt16LittleEndian(identifier[36..]), flags = identifier[18];
            var place = UdfPlace.Read(identifier[20..]);
            var name = buffer.AsSpan(0, useLength + nameLength);
            sink.Budget.ChargeRead(IdentifierLength + name.Length);
            if (content.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) < name.Length)
            {
                sink.AddLoss(UdfFaults.BadDirectory, -1, $"{path}/");
                return;
            }

            at += (IdentifierLength + name.Length + 3) & ~3;
            if ((flags & (DeletedFlag | ParentFlag)) != 0)
                continue;
            if (!Add(Join(path, Decode(name[useLength..])), place, (flags & DirectoryFlag) != 0))
                return;
        }
    }

    /// <summary>Streams hang on their file by a colon.</summary>
    private static string Join(string path, string name) =>
        path.EndsWith(':') ? path + name : VolumeFiles.Join(path, name);

    private bool Add(string name, in UdfPlace place, bool isDirectory)
    {
        if (isDirectory)
        {
            _directories.Push(name, place.Number);
            return true;
        }

        if (!_known.Add(place.Number))
            return true;
        if (volume.ReadEntry(place) is not { } entry)
        {
            sink.AddLoss(UdfFaults.BadEntry, -1, name);
            return !sink.ShouldStop;
        }

        if (entry.Streams.Length > 0)
            _directories.Push($"{name}:", entry.Streams.Number);
        if (entry.IsDirectory)
            _directories.Push(name, place.Number);
        if (!entry.IsFile)
            return true;
        if (entry.DescriptorKind == UdfEntry.Embedded)
        {
            using var embedded = new MemoryStream(entry.Descriptors, 0, (int)Math.Min(entry.Descriptors.Length, entry.Length));
            return sink.AddStream(new Member(name) { DeclaredLength = entry.Length }, embedded, embedded.Length);
        }

        var pieces = new List<Piece>();
        if (!volume.TryGetPieces(entry, pieces))
            sink.AddLoss(UdfFaults.BadExtents, -1, name);
        return add(name, pieces, entry.Length);
    }

    private Stream ContentOf(string path, UdfEntry entry)
    {
        if (entry.DescriptorKind == UdfEntry.Embedded)
            return new MemoryStream(entry.Descriptors);
        var pieces = new List<Piece>();
        if (!volume.TryGetPieces(entry, pieces))
            sink.AddLoss(UdfFaults.BadExtents, -1, $"{path}/");
        return new PieceStream(pieces);
    }

    /// <summary>A byte tells whether characters of 8 or 16 bits follow.</summary>
    private static string Decode(ReadOnlySpan<byte> stored)
    {
        if (stored.IsEmpty)
            return "";
        return stored[0] is 16 or 255 ? Encoding.BigEndianUnicode.GetString(stored[1..]) : Encoding.Latin1.GetString(stored[1..]);
    }
}
