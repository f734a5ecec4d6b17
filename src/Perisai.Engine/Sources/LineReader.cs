using System.Buffers;
using System.Text;

namespace Perisai.Engine.Sources;

/// <summary>
/// Reads a text database line by line, one character a byte (Latin-1), as ClamAV does: a line ends at a line feed, carriage returns before it are
/// not part of it, and neither is anything from a NUL byte on.
/// </summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>
    /// Longer lines are passed over and reported. ClamAV reads at most 8 KiB (logical signatures: 32 KiB); a logical signature with
    /// 64 subsignatures of that size would still fit.
    /// </summary>
    public const int MaximumLength = 1 << 20;

    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(1 << 18);
    private char[] _line = new char[1 << 12];
    private int _length;
    private int _start;
    private int _end;

    /// <summary>One-based number of the current line.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the current line was too long; it is then empty.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The current line, valid until the next one is read.</summary>
    public ReadOnlyMemory<char> Line => _line.AsMemory(0, _length);

    /// <summary>Moves to the next line; false where there is none.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool MoveNext()
    {
        _length = 0;
        IsTooLong = false;
        var any = false;
        while (_start < _end || Fill())
        {
            any = true;
            var available = _bytes.AsSpan(_start, _end - _start);
            var lineFeed = available.IndexOf((byte)'\n');
            Append(lineFeed < 0 ? available : available[..lineFeed]);
            _start = lineFeed < 0 ? _end : _start + lineFeed + 1;
            if (lineFeed >= 0)
                break;
        }

        if (!any)
            return false;
        Number++;
        Trim();
        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private bool Fill()
    {
        _start = 0;
        _end = stream.Read(_bytes);
        return _end > 0;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (IsTooLong || _length + bytes.Length > MaximumLength)
        {
            IsTooLong = true;
            _length = 0;
            return;
        }

        if (_line.Length < _length + bytes.Length)
            Array.Resize(ref _line, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_length + bytes.Length)));
        _length += Encoding.Latin1.GetChars(bytes, _line.AsSpan(_length));
    }

    private void Trim()
    {
        var line = _line.AsSpan(0, _length);
        var nul = line.IndexOf('\0');
        if (nul >= 0)
            line = line[..nul];
        _length = line.TrimEnd('\r').Length;
    }
}
