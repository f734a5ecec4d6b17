namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// The traditional encryption of PKWARE (APPNOTE 6.1): three keys that the password and each plain byte change. It is broken, and in
/// use everywhere.
/// </summary>
internal sealed class ZipCryptoStream : ForwardStream
{
    public const int HeaderLength = 12;

    private static readonly uint[] _crcTable = MakeCrcTable();

    private readonly ByteSource _source;
    private readonly long _end;
    private long _position;
    private uint _key0 = 0x12345678;
    private uint _key1 = 0x23456789;
    private uint _key2 = 0x34567890;

    private ZipCryptoStream(ByteSource source, long offset, long length, ReadOnlySpan<byte> password)
    {
        _source = source;
        _position = offset;
        _end = offset + length;
        foreach (var character in password)
            Update(character);
    }

    /// <summary>
    /// Opens the data of an entry; null where the header's last byte tells that the password is wrong. One wrong password in 256
    /// passes.
    /// </summary>
    public static ZipCryptoStream? TryOpen(ByteSource source, in ZipEntry entry, long offset, ReadOnlySpan<byte> password)
    {
        var stream = new ZipCryptoStream(source, offset, entry.StoredLength, password);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (stream.Read(header) < HeaderLength)
            return null;
        // While the checksum was not known yet, the time stood in for it.
        var check = (entry.Flags & ZipFlags.Descriptor) != 0 ? entry.Time >> 8 : (int)(entry.Checksum >> 24);
        return header[^1] == check ? stream : null;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = _source.Read(_position, buffer[..(int)Math.Min(buffer.Length, _end - _position)]);
        _position += count;
        for (var index = 0; index < count; index++)
        {
            var mixed = _key2 & 0xFFFF | 2;
            var plain = (byte)(buffer[index] ^ mixed * (mixed ^ 1) >> 8);
            buffer[index] = plain;
            Update(plain);
        }

        return count;
    }

    private void Update(byte value)
    {
        _key0 = _crcTable[(byte)(_key0 ^ value)] ^ _key0 >> 8;
        _key1 = (_key1 + (_key0 & 0xFF)) * 134775813 + 1;
        _key2 = _crcTable[(byte)(_key2 ^ _key1 >> 24)] ^ _key2 >> 8;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint value = 0; value < 256; value++)
        {
            var remainder = value;
            for (var bit = 0; bit < 8; bit++)
                remainder = (remainder & 1) != 0 ? remainder >> 1 ^ 0xEDB88320 : remainder >> 1;
            table[value] = remainder;
        }

        return table;
    }
}
