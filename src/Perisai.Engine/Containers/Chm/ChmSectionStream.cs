using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Lzx;

namespace Perisai.Engine.Containers.Chm;

/// <summary>
/// What the compressed content section holds: LZX, whose frames of 32 KiB begin where the reset table says. After so many frames the decoder
/// begins anew.
/// </summary>
/// <param name="content">The offset of the compressed data.</param>
/// <param name="table">The offset of the reset table's first entry: where each frame begins, in eight bytes.</param>
internal sealed class ChmSectionStream(
    ByteSource source, long content, long stored, long table, long frames, long length, int windowBits, int resetInterval, ScanBudget budget)
    : DecoderStream(new CodecInput(budget))
{
    /// <summary>The longest that a frame can be by the book is 38,912 bytes.</summary>
    private const int MaxStored = 64 << 10;

    private readonly BoundedReader _table = new(source, budget, table);
    private readonly BoundedReader _data = new(source, budget);
    private readonly byte[] _output = new byte[LzxDecoder.FrameLength];
    private LzxDecoder? _decoder;
    private long _frame;

    protected override void Produce()
    {
        var left = length - _frame * LzxDecoder.FrameLength;
        if (left <= 0)
        {
            Finished = true;
            return;
        }

        if (_frame >= frames)
            throw CodecException.Truncated();
        _table.Position = table + 8 * _frame;
        if (!_table.TryReadUInt64(out var start))
            throw CodecException.Truncated();
        var end = (ulong)stored;
        if (_frame + 1 < frames && !_table.TryReadUInt64(out end) || start > end || end > (ulong)stored || end - start > MaxStored)
            throw new CodecException("chm: the reset table does not fit its section.");
        _data.Position = content + (long)start;
        if (!_data.TryPeekSpan((int)(end - start), out var data))
            throw CodecException.Truncated();
        if (_decoder is null || _frame % resetInterval == 0)
            _decoder = new(windowBits);
        _frame++;
        Output = _output;
        OutputStart = 0;
        OutputEnd = _decoder.DecodeFrame(data, _output.AsSpan(0, (int)Math.Min(left, LzxDecoder.FrameLength)), out var failure);
        if (failure is not null)
            throw new CodecException(failure);
    }

    /// <summary>The numbers of ControlData: the window, and the frames after which the decoder begins anew; null where they make no sense.</summary>
    public static (int WindowBits, int ResetInterval)? ReadControl(ReadOnlySpan<byte> control)
    {
        if (control.Length < 20 || !control[4..].StartsWith("LZXC"u8))
            return null;
        var version = BinaryPrimitives.ReadUInt32LittleEndian(control[8..]);
        long interval = BinaryPrimitives.ReadUInt32LittleEndian(control[12..]);
        long window = BinaryPrimitives.ReadUInt32LittleEndian(control[16..]);
        if (version >= 2)
            window *= LzxDecoder.FrameLength;
        else
            interval /= LzxDecoder.FrameLength;
        return interval is > 0 and <= int.MaxValue && window is >= 1 << 15 and <= 1 << 21 && long.IsPow2(window)
            ? ((int)long.Log2(window), (int)interval) : null;
    }
}
