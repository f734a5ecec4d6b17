using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Sis;

/// <summary>
/// The files of an installation file before Symbian 9: records of various kinds, one after another; those of files name a range of the file
/// for each language, or one for all.
/// </summary>
internal sealed class SisRecords(ByteSource source, IMemberSink sink)
{
    private const int HeaderLength = 68;
    private const int UnicodeFlag = 1;
    private const int StoredFlag = 8;
    private const int EndOfSimple = 1;

    /// <summary>Installers since EPOC 6 also store the files' lengths, and MIME types.</summary>
    private const uint FirstWithLengths = 200;

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private int _languages;
    private int _flags;
    private bool _hasLengths;

    public void Run()
    {
        if (!_reader.TryPeekSpan(HeaderLength, out var header))
        {
            sink.AddLoss(SisFaults.TruncatedHeader, 0);
            return;
        }

        _languages = Math.Max(1, (int)BinaryPrimitives.ReadUInt16LittleEndian(header[18..]));
        int files = BinaryPrimitives.ReadUInt16LittleEndian(header[20..]);
        _hasLengths = BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) >= FirstWithLengths;
        _flags = BinaryPrimitives.ReadUInt16LittleEndian(header[36..]);
        _reader.Position = BinaryPrimitives.ReadUInt32LittleEndian(header[52..]);
        for (var index = 0; index < files && !sink.ShouldStop; index++)
        {
            var at = _reader.Position;
            if (!TryReadRecord(out var stop))
            {
                sink.AddLoss(SisFaults.BadRecord, at, $"{index} of {files} records could be read.");
                return;
            }

            if (stop)
                return;
        }
    }

    private bool TryReadRecord(out bool stop)
    {
        stop = false;
        if (!_reader.TryReadUInt32(out var kind))
            return false;
        switch (kind)
        {
            case 0:
            case EndOfSimple:
                return TryReadFile(kind == 0 ? 1 : _languages, out stop);
            case 2:
                // Options to choose from: a text a language for each, and what is chosen.
                return _reader.TryReadUInt32(out var options) && _reader.TrySkip(8L * options * _languages + 16);
            case 3:
            case 4:
                return _reader.TryReadUInt32(out var length) && _reader.TrySkip(length);
            case 5:
            case 6:
                return true;
            default:
                return false;
        }
    }

    private bool TryReadFile(int languages, out bool stop)
    {
        stop = false;
        var length = 24 + 8 * languages + (_hasLengths ? 4 * languages + 8 : 0);
        if (!_reader.TryGetSpan(length, out var span))
            return false;
        var record = span.ToArray();
        var name = ReadName(record.AsSpan(16));
        if (name.Length == 0)
            name = ReadName(record.AsSpan(8));
        for (var language = 0; language < languages && !stop; language++)
        {
            long stored = Word(record, 24 + 4 * language);
            long offset = Word(record, 24 + 4 * (languages + language));
            var declared = _hasLengths ? Word(record, 24 + 4 * (2 * languages + language)) : -1;
            if (stored == 0)
                continue;
            if (offset > source.Length - stored)
            {
                sink.AddLoss(SisFaults.Truncated, offset, name);
                stored = source.Length - offset;
                if (stored <= 0)
                    continue;
            }

            var member = new Member(languages > 1 ? $"{name}/{language}" : name) { DeclaredLength = declared };
            stop = !SisReader.Add(source, sink, member, offset, stored, (_flags & StoredFlag) == 0);
        }

        return true;
    }

    private static long Word(byte[] record, int at) => BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(at));

    /// <summary>A length and an offset of the name, in bytes.</summary>
    private string ReadName(ReadOnlySpan<byte> place)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(place);
        var saved = _reader.Position;
        _reader.Position = BinaryPrimitives.ReadUInt32LittleEndian(place[4..]);
        var name = length <= 4096 && _reader.TryPeekSpan((int)length, out var bytes) ? SisReader.Text(bytes, (_flags & UnicodeFlag) != 0) : "";
        _reader.Position = saved;
        return name.Replace('\\', '/');
    }
}
