using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.InstallShield;

/// <summary>
/// Files behind a setup program for Windows Installer: 46 bytes of header with their number, then each with 312 bytes (a name of up to 260,
/// flags, a length) before its data, which is behind a zlib header and combined with the name.
/// </summary>
internal sealed class ScrambledFiles(ByteSource source, IMemberSink sink)
{
    private const int HeaderLength = 46;
    private const int EntryLength = 312;
    private const int NameLength = 260;
    private const int ScrambledFlag = 2;
    private const int CompressedFlag = 4;

    private readonly BoundedReader _reader = new(source, sink.Budget);

    public void Run(long start)
    {
        _reader.Position = start;
        if (!_reader.TryGetSpan(HeaderLength, out var header))
        {
            sink.AddLoss(InstallShieldFaults.Truncated, start);
            return;
        }

        var files = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]);
        for (uint index = 0; index < files && !sink.ShouldStop; index++)
        {
            var at = _reader.Position;
            if (!_reader.TryGetSpan(EntryLength, out var entry))
            {
                sink.AddLoss(InstallShieldFaults.Truncated, at, $"{index} of {files} files are there.");
                return;
            }

            var nameEnd = entry[..NameLength].IndexOf((byte)0);
            var name = entry[..Math.Max(nameEnd, 0)].ToArray();
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(entry[NameLength..]);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(entry[(NameLength + 8)..]);
            if (name.Length == 0)
            {
                sink.AddLoss(InstallShieldFaults.BadEntry, at);
                return;
            }

            if (length > _reader.Remaining)
                sink.AddLoss(InstallShieldFaults.Truncated, at, MemberName.Decode(name));
            length = Math.Min(length, _reader.Remaining);
            if (!Add(name, flags, _reader.Position, length))
                return;
            _reader.TrySkip(length);
        }

        if (!sink.ShouldStop)
            TrailingData.Add(source, sink, _reader.Position, InstallShieldFaults.TrailingData);
    }

    private bool Add(byte[] name, uint flags, long offset, long length)
    {
        var member = new Member(MemberName.Decode(name));
        if ((flags & ScrambledFlag) == 0 && (flags & CompressedFlag) == 0)
            return sink.AddSlice(member, source, offset, length);
        using var slice = new SliceByteSource(source, offset, length);
        using var plain = (flags & ScrambledFlag) != 0 ? new ScrambledByteSource(slice, name) : (ByteSource)slice;
        if ((flags & CompressedFlag) == 0)
            return sink.AddSlice(member, plain, 0, length);
        using var input = new CodecInput(plain, 2, Math.Max(0, length - 2), sink.Budget);
        using var decoder = CodecStreams.Deflate(input);
        return sink.AddStream(member, decoder, length);
    }
}
