using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Views;

/// <summary>UTF-16 with the low byte first, as ClamAV reads pages in it: a byte for each unit.</summary>
internal sealed class NarrowedText(ByteSource source) : ByteSource
{
    public override long Length => source.Length / 2;

    /// <summary>The byte of a unit: that of ASCII and Latin-1 themselves.</summary>
    public static byte Narrow(ushort unit) => (byte)((unit >> 8 << 4) + (unit & 0xFF));

    public override int Read(long offset, Span<byte> destination)
    {
        Span<byte> wide = stackalloc byte[4096];
        var count = 0;
        while (count < destination.Length && offset + count < Length)
        {
            var asked = wide[..(int)Math.Min(wide.Length, 2 * Math.Min(destination.Length - count, Length - offset - count))];
            var read = source.Read(2 * (offset + count), asked) / 2;
            for (var i = 0; i < read; i++)
                destination[count + i] = Narrow(BinaryPrimitives.ReadUInt16LittleEndian(wide[(2 * i)..]));
            if (read == 0)
                break;
            count += read;
        }

        return count;
    }
}
