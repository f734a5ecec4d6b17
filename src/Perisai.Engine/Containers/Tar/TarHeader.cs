using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Tar;

/// <summary>
/// One 512-byte header block, whatever the dialect. The layouts are those of POSIX.1-1988 (ustar), the GNU tar manual
/// ("Basic Tar Format") and the star manual (xstar).
/// </summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Length = 512;

    private readonly ReadOnlySpan<byte> _block = block;

    public byte Type => _block[156];

    public bool IsUstar => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public bool IsStar => _block.Slice(508, 4).SequenceEqual("tar\0"u8);

    public bool IsZero => !_block.ContainsAnyExcept((byte)0);

    /// <summary>Whether the checksum holds, summed over unsigned bytes as POSIX says or over signed ones as old programs did.</summary>
    public bool HasValidChecksum
    {
        get
        {
            // The stored digits are looked at first: most blocks that are no header fail here at once.
            if (!TryParseNumber(_block.Slice(148, 8), out var stored) || stored > 512 * 255 || !_block[148..156].ContainsAnyExcept((byte)0, (byte)' '))
                return false;
            long unsigned = 8 * ' ';
            long signed = unsigned;
            for (var index = 0; index < Length; index++)
            {
                if (index is >= 148 and < 156)
                    continue;
                unsigned += _block[index];
                signed += (sbyte)_block[index];
            }

            return stored == unsigned || stored == signed;
        }
    }

    public bool TryGetSize(out long size) => TryParseNumber(_block.Slice(124, 12), out size);

    /// <summary>The name with the prefix that ustar keeps apart.</summary>
    public string Name
    {
        get
        {
            var name = MemberName.Decode(_block[..100]);
            if (!IsUstar || _block[345] == 0)
                return name;
            // star keeps time stamps in the last 24 bytes of the prefix.
            return $"{MemberName.Decode(_block.Slice(345, IsStar ? 131 : 155))}/{name}";
        }
    }

    /// <summary>Octal digits with blanks round them, or base-256 where the first bit is set (GNU, star).</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            // Negative numbers (first byte 0xFF) are no lengths or offsets; more than 63 bits is beyond any file.
            if (field[0] != 0x80 || field[1..Math.Max(1, field.Length - 8)].ContainsAnyExcept((byte)0))
                return false;
            // The mark itself is among the last eight bytes of a short field.
            value = (long)(BinaryPrimitives.ReadUInt64BigEndian(field[^8..]) ^ (field.Length == 8 ? 1UL << 63 : 0));
            return value >= 0;
        }

        field = field.TrimStart(" \0"u8);
        var digits = 0;
        foreach (var character in field)
        {
            if (character is not (>= (byte)'0' and <= (byte)'7'))
            {
                // Digits end at a blank or NUL; what lies behind it in the field does not count.
                if (character is 0 or (byte)' ')
                    break;
                return false;
            }

            if (++digits > 20)
                return false;
            value = (value << 3) | (uint)(character - '0');
        }

        return value >= 0;
    }
}
