using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>
/// Writes compound files: streams under paths, whose storages come about by themselves. A name that begins with <c>[n]</c> begins with that
/// control character.
/// </summary>
internal sealed class Ole2Builder(int version = 3, bool isScattered = false)
{
    private const uint EndOfChain = 0xFFFFFFFE;

    private readonly List<Node> _nodes = [new("Root Entry", 5, -1, [])];
    private readonly List<byte[]> _sectors = [];
    private readonly List<uint> _next = [];

    private int SectorLength => version == 4 ? 4096 : 512;

    public Ole2Builder Add(string path, byte[] content)
    {
        var parent = 0;
        var names = path.Split('/');
        foreach (var name in names[..^1])
        {
            var found = _nodes.FindIndex(node => node.Parent == parent && node.Name == name);
            if (found < 0)
            {
                found = _nodes.Count;
                _nodes.Add(new(name, 1, parent, []));
            }

            parent = found;
        }

        _nodes.Add(new(names[^1], 2, parent, content));
        return this;
    }

    public byte[] ToArray()
    {
        var mini = new List<byte>();
        var miniNext = new List<uint>();
        var starts = new uint[_nodes.Count];
        for (var index = 1; index < _nodes.Count; index++)
        {
            var content = _nodes[index].Content;
            if (content.Length is 0 or >= 4096)
            {
                starts[index] = content.Length == 0 ? EndOfChain : Store(content);
                continue;
            }

            starts[index] = (uint)miniNext.Count;
            for (var at = 0; at < content.Length; at += 64)
                miniNext.Add(at + 64 < content.Length ? (uint)miniNext.Count + 1 : EndOfChain);
            mini.AddRange(content);
            mini.AddRange(new byte[-mini.Count & 63]);
        }

        starts[0] = mini.Count == 0 ? EndOfChain : Store([.. mini]);
        var miniTable = miniNext.Count == 0 ? EndOfChain : Store(Numbers(miniNext));
        var directory = Store(Directory(starts, mini.Count));
        var perSector = SectorLength / 4;
        // The table tells of its own sectors, and of those that list it where the header has no room.
        int tableSectors = 1, listSectors = 0;
        while (tableSectors * perSector < _sectors.Count + tableSectors + listSectors)
        {
            tableSectors++;
            listSectors = (Math.Max(0, tableSectors - 109) + perSector - 2) / (perSector - 1);
        }

        var firstTable = _sectors.Count;
        for (var index = 0; index < tableSectors + listSectors; index++)
            _next.Add(index < tableSectors ? 0xFFFFFFFD : 0xFFFFFFFC);
        var table = Numbers(_next);
        var lists = new List<uint>();
        for (var index = 0; index < listSectors; index++)
        {
            for (var place = 0; place < perSector - 1; place++)
                lists.Add(109 + index * (perSector - 1) + place is var number && number < tableSectors ? (uint)(firstTable + number) : 0xFFFFFFFF);
            lists.Add(index + 1 < listSectors ? (uint)(firstTable + tableSectors + index + 1) : EndOfChain);
        }

        var header = new byte[SectorLength];
        byte[] magic = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        magic.CopyTo(header, 0);
        Put16(24, 0x3E);
        Put16(26, version);
        Put16(28, 0xFFFE);
        Put16(30, version == 4 ? 12 : 9);
        Put16(32, 6);
        Put32(44, (uint)tableSectors);
        Put32(48, directory);
        Put32(56, 4096);
        Put32(60, miniTable);
        Put32(64, miniNext.Count == 0 ? 0 : 1u);
        Put32(68, listSectors == 0 ? EndOfChain : (uint)(firstTable + tableSectors));
        Put32(72, (uint)listSectors);
        for (var index = 0; index < 109; index++)
            Put32(76 + 4 * index, index < tableSectors ? (uint)(firstTable + index) : 0xFFFFFFFF);
        return [.. header, .. _sectors.SelectMany(sector => sector), .. table, .. Numbers(lists)];

        void Put16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(at), (ushort)value);
        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at), value);
    }

    /// <summary>Stores content in sectors side by side, or with an unused one between each two.</summary>
    private uint Store(byte[] content)
    {
        var first = (uint)_sectors.Count;
        for (var at = 0; at < content.Length; at += SectorLength)
        {
            var sector = new byte[SectorLength];
            content.AsSpan(at, Math.Min(SectorLength, content.Length - at)).CopyTo(sector);
            _sectors.Add(sector);
            var isLast = at + SectorLength >= content.Length;
            _next.Add(isLast ? EndOfChain : (uint)_sectors.Count + (isScattered ? 1u : 0));
            if (!isScattered || isLast)
                continue;
            _sectors.Add(new byte[SectorLength]);
            _next.Add(0xFFFFFFFF);
        }

        return first;
    }

    private byte[] Directory(uint[] starts, int miniLength)
    {
        var bytes = new byte[_nodes.Count * 128];
        for (var index = 0; index < _nodes.Count; index++)
        {
            var node = _nodes[index];
            var entry = bytes.AsSpan(index * 128, 128);
            var name = node.Name;
            if (name[0] == '[')
                name = (char)(name[1] - '0') + name[3..];
            Encoding.Unicode.GetBytes(name, entry);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[64..], (ushort)(name.Length * 2 + 2));
            entry[66] = node.Kind;
            entry[67] = 1;
            // The entries of a storage hang in a row: a tree, though none that is balanced.
            var next = _nodes.FindIndex(index + 1, other => other.Parent == node.Parent && node.Parent >= 0);
            var child = _nodes.FindIndex(other => other.Parent == index);
            BinaryPrimitives.WriteInt32LittleEndian(entry[68..], -1);
            BinaryPrimitives.WriteInt32LittleEndian(entry[72..], next);
            BinaryPrimitives.WriteInt32LittleEndian(entry[76..], child);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[116..], node.Kind == 1 ? 0 : starts[index]);
            BinaryPrimitives.WriteInt32LittleEndian(entry[120..], index == 0 ? miniLength : node.Content.Length);
        }

        return bytes;
    }

    private byte[] Numbers(List<uint> numbers)
    {
        var bytes = new byte[(numbers.Count * 4 + SectorLength - 1) / SectorLength * SectorLength];
        bytes.AsSpan().Fill(0xFF);
        for (var index = 0; index < numbers.Count; index++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * index), numbers[index]);
        return bytes;
    }

    private sealed record Node(string Name, byte Kind, int Parent, byte[] Content);
}
