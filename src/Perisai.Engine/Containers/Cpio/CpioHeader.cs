using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Cpio;

/// <summary>The dialects, told by the first bytes of each header.</summary>
internal enum CpioDialect
{
    None,

    /// <summary>Sixteen-bit words, little or big endian (PDP-11, V7 and later).</summary>
    BinaryLittleEndian,
    BinaryBigEndian,

    /// <summary>POSIX.1 octal digits, <c>070707</c>.</summary>
    Octal,

    /// <summary>SVR4 hexadecimal digits, <c>070701</c>.</summary>
    Hexadecimal,

    /// <summary>The same with a sum over the content, <c>070702</c>.</summary>
    HexadecimalWithSum,

    /// <summary>RPM's headers for large files, <c>07070X</c>: the sizes stand in the package's header.</summary>
    Stripped,
}

/// <summary>What a header says, in any dialect. Layouts: the cpio(5) manual pages of FreeBSD and of GNU.</summary>
internal readonly record struct CpioHeader(CpioDialect Dialect, uint Mode, long NameLength, long FileLength, uint Sum)
{
    private const uint TypeMask = 0xF000;
    private const uint Regular = 0x8000;

    /// <summary>The longest of the headers.</summary>
    public const int MaxLength = 110;

    /// <summary>Whether it is a file; old programs left the type out.</summary>
    public bool IsRegular => (Mode & TypeMask) is Regular or 0;

    public int Length => LengthOf(Dialect);

    /// <summary>Name and content begin at multiples of this.</summary>
    public int Alignment => Dialect switch
    {
        CpioDialect.BinaryLittleEndian or CpioDialect.BinaryBigEndian => 2,
        CpioDialect.Octal => 1,
        _ => 4,
    };

    public static int LengthOf(CpioDialect dialect) => dialect switch
    {
        CpioDialect.BinaryLittleEndian or CpioDialect.BinaryBigEndian => 26,
        CpioDialect.Octal => 76,
        CpioDialect.Stripped => 14,
        _ => 110,
    };

    public static CpioDialect Identify(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 2 && start[0] == 0xC7 && start[1] == 0x71)
            return CpioDialect.BinaryLittleEndian;
        if (start.Length >= 2 && start[0] == 0x71 && start[1] == 0xC7)
            return CpioDialect.BinaryBigEndian;
        if (start.Length < 6 || !start.StartsWith("07070"u8))
            return CpioDialect.None;
        return start[5] switch
        {
            (byte)'7' => CpioDialect.Octal,
            (byte)'1' => CpioDialect.Hexadecimal,
            (byte)'2' => CpioDialect.HexadecimalWithSum,
            (byte)'X' => CpioDialect.Stripped,
            _ => CpioDialect.None,
        };
    }

    /// <summary>Parses a whole header; false where a number is none.</summary>
    public static bool TryParse(CpioDialect dialect, ReadOnlySpan<byte> bytes, out CpioHeader header)
    {
        header = default;
        switch (dialect)
        {
            case CpioDialect.BinaryLittleEndian or CpioDialect.BinaryBigEndian:
                var big = dialect == CpioDialect.BinaryBigEndian;
                // A long is two words, the high one first, whatever the byte order.
                header = new(dialect, Word(bytes[6..], big), Word(bytes[20..], big),
                    ((long)Word(bytes[22..], big) << 16) | Word(bytes[24..], big), 0);
                return true;
            case CpioDialect.Octal:
                if (!TryDigits(bytes.Slice(18, 6), 8, out var mode) || !TryDigits(bytes.Slice(59, 6), 8, out var name)
                    || !TryDigits(bytes.Slice(65, 11), 8, out var size))
                    return false;
                header = new(dialect, (uint)mode, name, size, 0);
                return true;
            case CpioDialect.Stripped:
                header = new(dialect, 0, 0, 0, 0);
                return true;
            default:
                if (!TryDigits(bytes.Slice(14, 8), 16, out mode) || !TryDigits(bytes.Slice(54, 8), 16, out size)
                    || !TryDigits(bytes.Slice(94, 8), 16, out name) || !TryDigits(bytes.Slice(102, 8), 16, out var sum))
                    return false;
                header = new(dialect, (uint)mode, name, size, (uint)sum);
                return true;
        }
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static bool TryDigits(ReadOnlySpan<byte> digits, int radix, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            var one = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => int.MaxValue,
            };
            if (one >= radix)
                return false;
            value = value * radix + one;
        }

        return true;
    }
}
