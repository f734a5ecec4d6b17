namespace Perisai.Engine.Containers.InstallShield;

/// <summary>The bytes of an obfuscated file: combined with D5, rotated by two bits, and less by the place, which goes round at 71.</summary>
internal sealed class ObfuscatedByteSource(ByteSource source) : ByteSource
{
    private const int Period = 0x47;

    public override long Length => source.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var count = source.Read(offset, destination);
        for (var index = 0; index < count; index++)
        {
            var value = (byte)(destination[index] ^ 0xD5);
            destination[index] = (byte)((value >> 2 | value << 6) - (int)((offset + index) % Period));
        }

        return count;
    }
}
