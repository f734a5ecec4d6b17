using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Inno;

/// <summary>The content of a block of headers: pieces of 4 KiB, each behind its checksum.</summary>
internal sealed class InnoBlockStream : DecoderStream
{
    private const int PieceLength = 4096;

    public InnoBlockStream(CodecInput input)
        : base(input) => Output = new byte[4 + PieceLength];

    protected override void Produce()
    {
        var count = Input.Read(Output);
        Finished = count == 0;
        if (count is > 0 and <= 4)
            throw CodecException.Truncated();
        if (count > 4 && Crc32.HashToUInt32(Output.AsSpan(4, count - 4)) != BitConverter.ToUInt32(Output))
            throw new CodecException("The checksum of a piece is wrong.");
        (OutputStart, OutputEnd) = (Math.Min(4, count), count);
    }
}
