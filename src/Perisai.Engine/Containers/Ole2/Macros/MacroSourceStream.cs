using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>
/// Decompresses what VBA keeps ([MS-OVBA] 2.4.1): chunks of 4 KiB, each stored or with references within itself whose split into length and
/// distance depends on how much of it is decoded.
/// </summary>
internal sealed class MacroSourceStream : DecoderStream
{
    private const int ChunkLength = 4096;
    private const byte Signature = 1;

    private readonly byte[] _chunk = new byte[ChunkLength + 2];
    private bool _isStarted;

    public MacroSourceStream(CodecInput input)
        : base(input) => Output = new byte[ChunkLength];

    protected override void Produce()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            if (Input.ReadByte() != Signature)
                throw new CodecException("It does not begin as compressed source does.");
        }

        OutputStart = OutputEnd = 0;
        if (Input.Available <= 0 && !Input.Fill())
        {
            Finished = true;
            return;
        }

        var header = Input.ReadUInt16();
        var length = (header & 0xFFF) + 1;
        if ((header & 0x7000) != 0x3000)
            throw new CodecException("A chunk does not begin as it should.");
        var count = Input.Read(_chunk.AsSpan(0, length));
        if ((header & 0x8000) == 0)
        {
            OutputEnd = Math.Min(count, ChunkLength);
            _chunk.AsSpan(0, OutputEnd).CopyTo(Output);
        }
        else
        {
            Decode(_chunk.AsSpan(0, count));
        }

        if (count < length)
            throw CodecException.Truncated();
    }

    /// <summary>A byte of flags, lowest first, and what it announces: bytes, or references of two bytes.</summary>
    private void Decode(ReadOnlySpan<byte> chunk)
    {
        for (var at = 0; at < chunk.Length;)
        {
            int flags = chunk[at++];
            for (var bit = 0; bit < 8 && at < chunk.Length && OutputEnd < ChunkLength; bit++, flags >>= 1)
            {
                if ((flags & 1) == 0)
                {
                    Output[OutputEnd++] = chunk[at++];
                    continue;
                }

                if (at + 2 > chunk.Length)
                    return;
                var token = chunk[at] | chunk[at + 1] << 8;
                at += 2;
                Copy(token);
            }
        }
    }

    private void Copy(int token)
    {
        // Distances take as many bits as what is decoded needs, and at least four.
        var bits = 4;
        while (1 << bits < OutputEnd)
            bits++;
        var distance = (token >> (16 - bits)) + 1;
        var length = (token & (0xFFFF >> bits)) + 3;
        if (distance > OutputEnd)
            throw new CodecException("A reference goes before the chunk.");
        for (length = Math.Min(length, ChunkLength - OutputEnd); length > 0; length--, OutputEnd++)
            Output[OutputEnd] = Output[OutputEnd - distance];
    }
}
