using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Egg;

/// <summary>Blocks one after another, each decoded and summed.</summary>
internal sealed class EggContentStream(ByteSource source, IReadOnlyList<EggBlock> blocks, ScanBudget budget) : DecoderStream(new CodecInput(budget))
{
    private readonly byte[] _output = new byte[64 << 10];
    private readonly Crc32 _sum = new();
    private CodecInput? _input;
    private DecoderStream? _decoder;
    private int _next;

    protected override void Produce()
    {
        if (_input is null)
        {
            if (_next == blocks.Count)
            {
                Finished = true;
                return;
            }

            var block = blocks[_next++];
            _input = new(source, block.Offset, block.Stored, Budget);
            _decoder = Open(block, _input);
            _sum.Reset();
        }

        Output = _output;
        OutputStart = 0;
        OutputEnd = _decoder?.Read(_output) ?? _input.Read(_output);
        _sum.Append(_output.AsSpan(0, OutputEnd));
        if (OutputEnd > 0)
            return;
        if (_sum.GetCurrentHashAsUInt32() != blocks[_next - 1].Checksum && Budget.CheckTime())
            AddFault(EggFaults.Checksum);
        CloseBlock();
    }

    protected override void Dispose(bool disposing)
    {
        CloseBlock();
        base.Dispose(disposing);
    }

    private void CloseBlock()
    {
        _decoder?.Dispose();
        _input?.Dispose();
        (_decoder, _input) = (null, null);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Closed when the block is done.")]
    private static DecoderStream? Open(in EggBlock block, CodecInput input) => block.Method switch
    {
        0 => null,
        1 => CodecStreams.Deflate(input),
        2 => CodecStreams.Bzip2(input),
        4 => CodecStreams.LzmaInZip(input, block.Length),
        3 => throw new CodecException("egg: AZO.", NotScannedReason.Unsupported),
        _ => throw new CodecException($"egg: method {block.Method}.", NotScannedReason.Unsupported),
    };
}
