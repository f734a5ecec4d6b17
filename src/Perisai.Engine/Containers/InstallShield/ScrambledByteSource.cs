namespace Perisai.Engine.Containers.InstallShield;

/// <summary>
/// The bytes of a file that was combined with its name: halves of bytes are changed over, a byte of the name (itself combined with four numbers
/// that go round) is taken off, and all bits are turned. Every 1,024 bytes the name begins anew.
/// </summary>
internal sealed class ScrambledByteSource : ByteSource
{
    private const int Period = 1024;

    private readonly ByteSource _source;
    private readonly byte[] _key = new byte[Period];

    public ScrambledByteSource(ByteSource source, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> mask = [0x13, 0x35, 0x86, 0x07];
        _source = source;
        for (var index = 0; index < Period; index++)
        {
            var place = index % name.Length;
            _key[index] = (byte)(name[place] ^ mask[place % mask.Length]);
        }
    }

    public override long Length => _source.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var count = _source.Read(offset, destination);
        for (var index = 0; index < count; index++)
        {
            var value = destination[index];
            destination[index] = (byte)~(_key[(int)((offset + index) % Period)] ^ (value << 4 | value >> 4));
        }

        return count;
    }
}
