using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Szdd;

/// <summary>How the one file is compressed.</summary>
internal enum SzddMethod
{
    /// <summary>LZSS of compress.exe; the ring begins 16 bytes before its end.</summary>
    Szdd,

    /// <summary>The same of QuickBasic's programs, and method 2 of KWAJ: it begins 18 bytes before.</summary>
    QuickBasic,
    Stored,
    Inverted,
    Lzh,
    MsZip,
    Unknown,
}

/// <summary>The header of either dialect.</summary>
/// <param name="DataOffset">Where the compressed data begins.</param>
/// <param name="Length">What it decompresses to; -1 where the header does not say.</param>
/// <param name="Name">The stored name; empty where there is none.</param>
internal readonly record struct SzddHeader(SzddMethod Method, long DataOffset, long Length, string Name)
{
    private const int HasLength = 1;
    private const int HasUnknown = 2;
    private const int HasSkip = 4;
    private const int HasName = 8;
    private const int HasExtension = 16;
    private const int HasText = 32;

    public static bool TryRead(BoundedReader reader, out SzddHeader header)
    {
        header = default;
        if (!reader.TryPeekSpan(8, out var mark))
            return false;
        if (mark[0] == 'K')
            return TryReadKwaj(reader, out header);
        var isQuickBasic = mark[2] == ' ';
        if (!reader.TryGetSpan(isQuickBasic ? 12 : 14, out var bytes))
            return false;
        // SZDD: the letter A, and the last letter of the name, which was replaced by an underscore.
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(isQuickBasic ? 8 : 10)..]);
        header = new(isQuickBasic ? SzddMethod.QuickBasic : SzddMethod.Szdd, reader.Position, length, "");
        return true;
    }

    private static bool TryReadKwaj(BoundedReader reader, out SzddHeader header)
    {
        header = default;
        if (!reader.TryGetSpan(14, out var bytes))
            return false;
        int method = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        int dataOffset = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]);
        long length = -1;
        if ((flags & HasLength) != 0)
        {
            if (!reader.TryReadUInt32(out var value))
                return false;
            length = value;
        }

        if ((flags & HasUnknown) != 0 && !reader.TrySkip(2)
            || (flags & HasSkip) != 0 && !(reader.TryReadUInt16(out var skip) && reader.TrySkip(skip)))
            return false;
        var name = "";
        if ((flags & HasName) != 0)
            name = ReadText(reader, 9);
        if ((flags & HasExtension) != 0)
            name += "." + ReadText(reader, 4);
        if ((flags & HasText) != 0 && !(reader.TryReadUInt16(out skip) && reader.TrySkip(skip)))
            return false;
        header = new(
            method switch
            {
                0 => SzddMethod.Stored,
                1 => SzddMethod.Inverted,
                2 => SzddMethod.QuickBasic,
                3 => SzddMethod.Lzh,
                4 => SzddMethod.MsZip,
                _ => SzddMethod.Unknown,
            },
            dataOffset, length, name);
        return true;
    }

    /// <summary>Up to a NUL, or to the most that there may be.</summary>
    private static string ReadText(BoundedReader reader, int most)
    {
        if (!reader.TryPeekSpan((int)Math.Min(most, reader.Remaining), out var span))
            return "";
        var end = span.IndexOf((byte)0);
        var text = MemberName.Decode(span);
        reader.TrySkip(end < 0 ? span.Length : end + 1);
        return text;
    }
}
