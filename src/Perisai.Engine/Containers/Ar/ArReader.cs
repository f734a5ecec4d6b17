using System.Buffers.Text;

namespace Perisai.Engine.Containers.Ar;

/// <summary>
/// Reads ar archives (static libraries, deb packages) with names of System V, GNU and BSD. Thin archives hold names only; what
/// they do hold is read. Layout: the ar(5) manual pages.
/// </summary>
internal sealed class ArReader : IContainerReader
{
    private const int MagicLength = 8;
    private const int HeaderLength = 60;

    /// <summary>A table of long names beyond this is not read: the names are only for reports.</summary>
    private const int MaxNameTable = 16 << 20;
    private const int MaxName = 4096;

    public static readonly ArReader Instance = new();

    public string Name => "ar";

    public FormatDescription Description { get; } = new(
        "ar, deb",
        "members, symbol and name tables",
        "ar(5)")
    {
        Limits = "a name table of 16 MiB, names of 4 KiB",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var thin = reader.TryGetSpan(MagicLength, out var magic) && magic.SequenceEqual("!<thin>\n"u8);
        byte[] names = [];
        while (!sink.ShouldStop && !reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryGetSpan(HeaderLength, out var header))
            {
                // One odd newline at the end is padding.
                if (reader.Remaining > 1)
                    sink.AddLoss(ArFaults.TruncatedHeader, at);
                return;
            }

            if (header[58] != '`' || header[59] != '\n' || !TryDecimal(header.Slice(48, 10), out var size))
            {
                sink.AddFault(ArFaults.BadHeader, at);
                if (!Resynchronise(reader, sink, at))
                    return;
                continue;
            }

            var name = header[..16].TrimEnd((byte)' ').ToArray();
            if (thin && name is not ([(byte)'/'] or [(byte)'/', (byte)'/']))
                size = 0;
            var start = reader.Position;
            var stored = Math.Min(size, reader.Remaining);
            if (stored < size)
                sink.AddLoss(ArFaults.TruncatedMember, at);
            if (name is [(byte)'/', (byte)'/'] && stored <= MaxNameTable)
            {
                names = new byte[stored];
                reader.TryRead(names);
            }

            var text = NameOf(name, names, reader, start, stored, sink, at, out var within);
            if (!thin && !sink.AddSlice(new Member(text) { DeclaredLength = size - within }, source, start + within, stored - within))
                return;
            reader.Position = start + stored;
            SkipPadding(reader, stored);
        }
    }

    private static string NameOf(
        byte[] name, byte[] names, BoundedReader reader, long start, long stored, IMemberSink sink, long at, out long within)
    {
        within = 0;
        if (name.AsSpan().StartsWith("#1/"u8) && TryDecimal(name.AsSpan(3), out var length))
        {
            reader.Position = start;
            if (length <= MaxName && length <= stored && reader.TryGetSpan((int)length, out var bsd))
            {
                within = length;
                return MemberName.Decode(bsd);
            }

            sink.AddFault(ArFaults.BadLongName, at);
        }
        else if (name.Length > 1 && name[0] == '/' && TryDecimal(name.AsSpan(1), out var offset))
        {
            if (offset < names.Length)
            {
                var rest = names.AsSpan((int)offset);
                var end = rest.IndexOfAny((byte)'\n', (byte)0);
                rest = rest[..Math.Min(end < 0 ? rest.Length : end, MaxName)];
                return MemberName.Decode(rest.TrimEnd((byte)'/'));
            }

            sink.AddFault(ArFaults.BadLongName, at);
        }
        else if (name.Length > 1 && name[^1] == '/' && name[0] != '/')
        {
            return MemberName.Decode(name.AsSpan(0, name.Length - 1));
        }

        return MemberName.Decode(name);
    }

    private static void SkipPadding(BoundedReader reader, long stored)
    {
        // Some programs forget the padding: it is skipped only where the byte is one.
        if (stored % 2 != 0 && reader.TryPeekSpan(1, out var padding) && padding[0] is (byte)'\n' or 0)
            reader.TrySkip(1);
    }

    private static bool Resynchronise(BoundedReader reader, IMemberSink sink, long at)
    {
        var mark = at + HeaderLength - 1;
        while (!sink.ShouldStop && (mark = reader.IndexOf("`\n"u8, mark)) >= 0)
        {
            reader.Position = mark - 58;
            if (reader.TryPeekSpan(HeaderLength, out var header) && TryDecimal(header.Slice(48, 10), out _)
                && !header[..58].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                return sink.AddSlice(new Member("damaged"), reader.Source, at, reader.Position - at);
            mark++;
        }

        if (!sink.ShouldStop)
            sink.AddSlice(new Member("damaged"), reader.Source, at, reader.Length - at);
        return false;
    }

    private static bool TryDecimal(ReadOnlySpan<byte> field, out long value)
    {
        field = field.Trim((byte)' ');
        return Utf8Parser.TryParse(field, out value, out var used) && used == field.Length && value >= 0;
    }
}
