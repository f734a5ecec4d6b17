using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// A text as ClamAV's definitions for texts expect it: letters in lower case, each run of white space one space, and neither other control
/// characters nor bytes above 127, so that UTF-16 becomes ASCII by the way. What is left out does not end a run of white space.
/// </summary>
internal sealed class NormalizedText(ByteSource source) : ForwardStream
{
    private const int BlockLength = 64 << 10;

    /// <summary>What is written for a byte; 0 where nothing is.</summary>
    private static readonly byte[] Written = MakeTable();

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
            count = Write(_input.Span[..taken], buffer);
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

    private static byte[] MakeTable()
    {
        var table = new byte[256];
        for (var value = 0; value < 128; value++)
        {
            table[value] = value switch
            {
                >= 9 and <= 13 or ' ' => (byte)' ',
                < ' ' => 0,
                >= 'A' and <= 'Z' => (byte)(value | 0x20),
                _ => (byte)value,
            };
        }

        return table;
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

    /// <summary>Each byte is written, and its place kept where it counts: no branch depends on the text.</summary>
    private int Write(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(Written);
        ref var to = ref MemoryMarshal.GetReference(output);
        var count = 0;
        var afterSpace = _afterSpace ? 1 : 0;
        foreach (var value in input)
        {
            int written = Unsafe.Add(ref table, (nint)value);
            Unsafe.Add(ref to, (nint)count) = (byte)written;
            var isWritten = written != 0 ? 1 : 0;
            var isSpace = written == ' ' ? 1 : 0;
            count += isWritten & ~(isSpace & afterSpace);
            afterSpace = isSpace | (afterSpace & ~isWritten);
        }

        _afterSpace = afterSpace != 0;
        return count;
    }
}
