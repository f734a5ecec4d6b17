using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Inno;

/// <summary>A file's content on its way: targets of calls are changed back where they were changed, and all is summed.</summary>
internal sealed class InnoFileStream(Stream content, InnoFilter? filter, HashAlgorithmName digest) : ForwardStream
{
    private const int BlockLength = 64 << 10;
    private const int TargetLength = 4;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(digest);
    private readonly byte[] _block = new byte[BlockLength];
    private int _start;
    private int _end;
    private uint _position;
    private uint _target;
    private int _targetLeft;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether what was read has a digest.</summary>
    public bool HasDigest(ReadOnlySpan<byte> expected) => _hash.GetCurrentHash().AsSpan().SequenceEqual(expected);

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_start == _end)
            Fill();
        var count = Math.Min(buffer.Length, _end - _start);
        _block.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _start = _end = 0;
        _failure?.Throw();
        try
        {
            int count;
            while (_end < BlockLength && (count = content.Read(_block.AsSpan(_end))) > 0)
                _end += count;
        }
        catch (CodecException exception) when (_end > 0)
        {
            // What came before is handed on first.
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        var block = _block.AsSpan(0, _end);
        if (filter == InnoFilter.Stream)
            RestoreStream(block);
        else if (filter is { } kind)
            RestoreBlock(block, kind == InnoFilter.BlocksWithSign);
        _hash.AppendData(block);
        _position += (uint)_end;
    }

    /// <summary>The three lower bytes of a target hold the place behind the instruction, added to what they were.</summary>
    private void RestoreBlock(Span<byte> block, bool withSign)
    {
        for (var at = 0; at < block.Length - TargetLength;)
        {
            if (block[at++] is not (0xE8 or 0xE9))
                continue;
            var target = block.Slice(at, TargetLength);
            at += TargetLength;
            if (target[3] is not (0 or 0xFF))
                continue;
            var place = unchecked(_position + (uint)at) & 0xFFFFFF;
            var distance = unchecked((uint)(target[0] | target[1] << 8 | target[2] << 16) - place);
            target[0] = (byte)distance;
            target[1] = (byte)(distance >> 8);
            target[2] = (byte)(distance >> 16);
            if (withSign && (distance & 0x800000) != 0)
                target[3] = (byte)~target[3];
        }
    }

    private void RestoreStream(Span<byte> block)
    {
        for (var at = 0; at < block.Length; at++)
        {
            if (_targetLeft > 0)
            {
                _target = unchecked(_target + block[at]);
                block[at] = (byte)_target;
                _target >>= 8;
                _targetLeft--;
            }
            else if (block[at] is 0xE8 or 0xE9)
            {
                // The place behind the instruction is taken off.
                _target = unchecked(0u - (_position + (uint)at + 5));
                _targetLeft = TargetLength;
            }
        }
    }
}
