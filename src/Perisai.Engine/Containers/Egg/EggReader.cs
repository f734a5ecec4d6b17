using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Egg;

/// <summary>
/// Reads EGG archives (ALZip): a header, then records behind marks of four bytes: files with fields of their own, and blocks of data. Where the
/// archive is solid, the blocks belong to all files together and are one member.
/// </summary>
internal sealed class EggReader : IContainerReader
{
    public static readonly EggReader Instance = new();

    private const uint FileMark = 0x0A8590E3;
    private const uint BlockMark = 0x02B50C13;
    private const uint EndMark = 0x08E28222;
    private const uint NameMark = 0x0A8591AC;
    private const uint EncryptionMark = 0x08D1470F;
    private const uint SolidMark = 0x24E5A060;
    private const uint SplitMark = 0x24F5A262;
    private const int HeaderLength = 14;
    private const int BlockHeaderLength = 18;
    private const int MaxBlocks = 1 << 16;
    private const int LongFieldFlag = 1;
    private const int EncryptedNameFlag = 4;
    private const int CodePageFlag = 8;
    private const int RelativeFlag = 16;

    public string Name => "egg";

    public FormatDescription Description { get; } = new(
        "EGG (ALZip)", "stored, deflated, bzip2 and LZMA blocks; solid archives as one member", "ESTsoft, EGG format specification 1.0")
    {
        Limits = "65,536 blocks of a file",
        Gaps = "encrypted files and AZO are reported; volumes are not joined",
    };

    public void Read(ByteSource source, IMemberSink sink) => new Walk(source, sink).Run();

    private sealed class Walk(ByteSource source, IMemberSink sink)
    {
        private readonly BoundedReader _reader = new(source, sink.Budget, HeaderLength);
        private readonly List<EggBlock> _blocks = [];
        private string? _name;
        private long _length = -1;
        private bool _isSolid;
        private bool _isEncrypted;

        public void Run()
        {
            if (source.Length < HeaderLength)
            {
                sink.AddLoss(EggFaults.BadHeader, 0);
                return;
            }

            // Fields of the archive itself, up to their end.
            if (!ReadFields())
                return;
            while (!sink.ShouldStop)
            {
                var at = _reader.Position;
                if (!_reader.TryReadUInt32(out var mark))
                {
                    AddFile();
                    sink.AddLoss(EggFaults.MissingEnd, at);
                    return;
                }

                if (!ReadRecord(mark, at))
                    return;
            }
        }

        private bool ReadRecord(uint mark, long at)
        {
            switch (mark)
            {
                case FileMark:
                    if (!_isSolid && !AddFile())
                        return false;
                    if (!_reader.TrySkip(4) || !_reader.TryReadUInt64(out var length))
                        return Lose(at);
                    _length = (long)Math.Min(length, long.MaxValue);
                    _name = "";
                    return ReadFields();
                case BlockMark:
                    return ReadBlock(at);
                case EndMark:
                    if (AddFile() && !sink.ShouldStop)
                        TrailingData.Add(source, sink, _reader.Position, EggFaults.TrailingData);
                    return false;
                default:
                    // A comment of the archive, or a field that came later.
                    return ReadField(mark, at) || Lose(at);
            }
        }

        private bool ReadFields()
        {
            while (!sink.ShouldStop)
            {
                var at = _reader.Position;
                if (!_reader.TryReadUInt32(out var mark))
                    return Lose(at);
                if (mark == EndMark)
                    return true;
                if (!ReadField(mark, at))
                    return Lose(at);
            }

            return false;
        }

        private bool ReadField(uint mark, long at)
        {
            if (!_reader.TryReadByte(out var flags))
                return false;
            uint length;
            if ((flags & LongFieldFlag) != 0)
            {
                if (!_reader.TryReadUInt32(out length))
                    return false;
            }
            else
            {
                if (!_reader.TryReadUInt16(out var shortLength))
                    return false;
                length = shortLength;
            }

            var data = _reader.Position;
            if (!_reader.TrySkip(length))
                return false;
            switch (mark)
            {
                case SolidMark:
                    _isSolid = true;
                    break;
                case EncryptionMark:
                    _isEncrypted = true;
                    break;
                case SplitMark:
                    if (length >= 8)
                        ReportSplit(data);
                    break;
                case NameMark:
                    ReadName(flags, data, length);
                    break;
            }

            return at >= 0;
        }

        /// <summary>The numbers of the volumes before and behind, 0 where there are none.</summary>
        private void ReportSplit(long data)
        {
            var saved = _reader.Position;
            _reader.Position = data;
            if (_reader.TryReadUInt32(out var before) && _reader.TryReadUInt32(out var behind) && (before | behind) != 0)
                sink.AddNotScanned(new Member("volumes"), NotScannedReason.MissingVolume, "The archive has several volumes.");
            _reader.Position = saved;
        }

        private void ReadName(int flags, long data, uint length)
        {
            var saved = _reader.Position;
            var skip = ((flags & CodePageFlag) != 0 ? 2 : 0) + ((flags & RelativeFlag) != 0 ? 4 : 0);
            _reader.Position = data + skip;
            if (length >= skip && length <= 8192 && (flags & EncryptedNameFlag) == 0 && _reader.TryPeekSpan((int)length - skip, out var name))
                _name = (flags & CodePageFlag) != 0 ? MemberName.Decode(name) : Encoding.UTF8.GetString(name).Replace('\\', '/');
            _reader.Position = saved;
        }

        private bool ReadBlock(long at)
        {
            if (!_reader.TryGetSpan(BlockHeaderLength - 4, out var header))
                return Lose(at);
            var block = new EggBlock(
                header[0], BinaryPrimitives.ReadUInt32LittleEndian(header[2..]), BinaryPrimitives.ReadUInt32LittleEndian(header[10..]), 0,
                BinaryPrimitives.ReadUInt32LittleEndian(header[6..]));
            if (!ReadFields())
                return false;
            block = block with { Offset = _reader.Position };
            if (block.Stored > _reader.Remaining)
                sink.AddLoss(EggFaults.Truncated, at, _name ?? "");
            if (_blocks.Count == MaxBlocks)
                return Lose(at);
            _blocks.Add(block);
            return _reader.TrySkip(Math.Min(block.Stored, _reader.Remaining));
        }

        /// <summary>Hands on the file that was read last, if any. False: stop.</summary>
        private bool AddFile()
        {
            if (_name is null || _blocks.Count == 0)
            {
                _isEncrypted = false;
                return true;
            }

            var member = new Member(_isSolid ? "solid" : _name) { DeclaredLength = _isSolid ? -1 : _length, WasEncrypted = _isEncrypted };
            bool more;
            if (_isEncrypted)
            {
                more = sink.AddNotScanned(member, NotScannedReason.Encrypted);
            }
            else if (_blocks is [{ Method: 0 } only])
            {
                more = sink.AddSlice(member, source, only.Offset, only.Stored);
            }
            else
            {
                using var content = new EggContentStream(source, [.. _blocks], sink.Budget);
                more = sink.AddStream(member, content, _blocks.Sum(block => block.Stored));
                foreach (var fault in content.Faults)
                    sink.AddFault(fault.Id, -1, member.Name);
            }

            _blocks.Clear();
            _isEncrypted = false;
            _name = null;
            return more;
        }

        private bool Lose(long at)
        {
            AddFile();
            sink.AddLoss(EggFaults.BadRecord, at);
            return false;
        }
    }
}
