using System.Buffers;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// A text as ClamAV's definitions for texts expect it: letters in lower case, each run of white space one space, and neither other control
/// characters nor bytes above 127, so that UTF-16 becomes ASCII by the way. What is left out does not end a run of white space.
/// </summary>
internal sealed class NormalizedText(ByteSource source) : ForwardStream
{
    private const int BlockLength = 64 << 10;

    private readonly byte[]? _block = source.TryGetMemory(out _) ? null : ArrayPool<byte>.Shared.Rent(BlockLength);
    private ReadOnlyMemory<byte> _input;
    private long _position;
    private bool _afterSpace;

    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count == 0 && !buffer.IsEmpty)
        {
            if (_input.IsEmpty && !Fill())
                return 0;
            var taken = Math.Min(_input.Length, buffer.Length);
            count = TextSqueezer.Squeeze(_input.Span[..taken], buffer, dropsReturns: false, ref _afterSpace);
            _input = _input[taken..];
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (_block is not null && disposing)
            ArrayPool<byte>.Shared.Return(_block);
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        if (_block is null)
        {
            if (_position > 0 || !source.TryGetMemory(out _input))
                return false;
            _position = _input.Length;
        }
        else
        {
            var count = source.Read(_position, _block.AsSpan(0, BlockLength));
            _input = _block.AsMemory(0, count);
            _position += count;
        }

        return !_input.IsEmpty;
    }
}
