namespace Perisai.Engine.Hashing;

/// <summary>One range of a source whose MD5 is wanted.</summary>
internal sealed class Md5Job(ByteSource source, long offset, long length)
{
    public ByteSource Source { get; } = source;

    public long Offset { get; } = offset;

    public long Length { get; } = length;

    public byte[] Digest { get; } = new byte[16];

    /// <summary>Whether the batch is done with it.</summary>
    public bool IsDone { get; internal set; }

    /// <summary>False where the range could not be read to its end.</summary>
    public bool IsComplete { get; internal set; }
}
