namespace Perisai.Engine.Containers.Arj;

/// <summary>A garbled file's stored bytes as they were before: each was combined with a byte of the password, to which a number was added.</summary>
internal sealed class GarbledByteSource(ByteSource source, long offset, long length, byte[] password, byte modifier) : ByteSource
{
    public override long Length { get; } = length;

    public override int Read(long at, Span<byte> destination)
    {
        if (at < 0 || at >= Length)
            return 0;
        var count = source.Read(offset + at, destination[..(int)Math.Min(destination.Length, Length - at)]);
        for (var index = 0; index < count; index++)
            destination[index] ^= (byte)(password[(int)((at + index) % password.Length)] + modifier);
        return count;
    }
}
