using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>
/// Decodes base64 as mail programs do (RFC 2045, section 6.8): what is not of the alphabet is passed over, and data behind padding is
/// decoded on. Lines are strung together without their ends and decoded by the runtime's vectorised decoder; only a stretch with
/// something else in it is decoded a byte at a time.
/// </summary>
/// <param name="input">The encoded text.</param>
/// <param name="stopAtPadding">End where the first padding ends, as some programs do.</param>
internal sealed class Base64Stream(CodecInput input, bool stopAtPadding = false) : TextDecoderStream(input)
{
    /// <summary>Characters gathered for one call of the fast decoder.</summary>
    private const int GatherLength = 48 << 10;

    private const byte Junk = 255;
    private const byte Space = 254;
    private const byte Padding = 253;

    private static readonly SearchValues<byte> _alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);
    private static readonly byte[] _values = MakeValues();

    private byte[] _gathered = [];
    private int _count;
    private bool _hasJunk;
    private bool _hadPadding;

    /// <summary>Whether data followed padding: a program that stops there reads less.</summary>
    public bool HasDataBehindPadding { get; private set; }

    /// <summary>Whether anything but the alphabet, white space and padding was passed over.</summary>
    public bool HasJunk => _hasJunk;

    protected override void Produce()
    {
        if (!HasInput())
        {
            FlushGroup();
            return;
        }

        BeginOutput();
        Gather();
        var text = _gathered.AsSpan(0, _count);
        var other = text.IndexOfAnyExcept(_alphabet);
        var groups = (other < 0 ? _count : other) & ~3;
        Base64.DecodeFromUtf8(text[..groups], Output, out _, out var written, isFinalBlock: false);
        OutputEnd = written;
        if (written > 0 && _hadPadding)
            HasDataBehindPadding = true;
        if (other >= 0)
        {
            DecodeSlowly(text[groups..]);
            return;
        }

        // Less than a group is left.
        text[groups..].CopyTo(_gathered);
        _count -= groups;
    }

    protected override void Dispose(bool disposing)
    {
        if (_gathered.Length > 0)
            ArrayPool<byte>.Shared.Return(_gathered);
        _gathered = [];
        _count = 0;
        base.Dispose(disposing);
    }

    /// <summary>Copies lines from the input's window, without their ends, behind what is left of the last group.</summary>
    private void Gather()
    {
        var window = Input.Buffer.AsSpan(Input.Position, Math.Min(Input.Available, GatherLength));
        // The output holds three quarters of this.
        var limit = Math.Min(window.Length, Output.Length / 3 * 4 - 16);
        window = window[..limit];
        if (_gathered.Length < window.Length + 64)
        {
            var larger = ArrayPool<byte>.Shared.Rent(window.Length + 64);
            _gathered.AsSpan(0, _count).CopyTo(larger);
            if (_gathered.Length > 0)
                ArrayPool<byte>.Shared.Return(_gathered);
            _gathered = larger;
        }

        Input.Position += window.Length;
        while (!window.IsEmpty)
        {
            var end = window.IndexOf((byte)'\n');
            var line = end < 0 ? window : window[..end];
            window = end < 0 ? default : window[(end + 1)..];
            if (!line.IsEmpty && line[^1] <= ' ')
                line = line.TrimEnd("\r \t"u8);
            line.CopyTo(_gathered.AsSpan(_count));
            _count += line.Length;
        }
    }

    private void DecodeSlowly(ReadOnlySpan<byte> text)
    {
        uint group = 0;
        var digits = 0;
        var kept = 0;
        Span<byte> pending = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            var value = _values[text[i]];
            if (value < 64)
            {
                if (_hadPadding)
                    HasDataBehindPadding = true;
                pending[kept++] = text[i];
                group = group << 6 | value;
                if (++digits < 4)
                    continue;
                Put((byte)(group >> 16));
                Put((byte)(group >> 8));
                Put((byte)group);
                group = 0;
                digits = kept = 0;
            }
            else if (value == Padding)
            {
                PutPartial(group, digits);
                _hadPadding |= digits >= 2;
                group = 0;
                if (stopAtPadding && digits >= 2)
                {
                    Finished = true;
                    _count = 0;
                    return;
                }

                digits = kept = 0;
            }
            else
            {
                _hasJunk |= value == Junk;
            }
        }

        pending[..kept].CopyTo(_gathered);
        _count = kept;
    }

    /// <summary>The end without padding: what is left of a group still holds one byte or two.</summary>
    private void FlushGroup()
    {
        if (_count == 0)
            return;
        BeginOutput();
        Span<byte> rest = stackalloc byte[8];
        rest = rest[..Math.Min(_count, rest.Length)];
        _gathered.AsSpan(0, rest.Length).CopyTo(rest);
        DecodeSlowly(rest);
        uint group = 0;
        for (var i = 0; i < _count; i++)
            group = group << 6 | _values[_gathered[i]];
        PutPartial(group, _count);
        _count = 0;
        Finished = true;
    }

    private void PutPartial(uint group, int digits)
    {
        if (digits == 2)
        {
            Put((byte)(group >> 4));
        }
        else if (digits == 3)
        {
            Put((byte)(group >> 10));
            Put((byte)(group >> 2));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(byte value) => Output[OutputEnd++] = value;

    private static byte[] MakeValues()
    {
        var values = new byte[256];
        Array.Fill(values, Junk);
        for (var i = 0; i < 64; i++)
            values["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[i]] = (byte)i;
        foreach (var space in " \t\r\n")
            values[space] = Space;
        values['='] = Padding;
        return values;
    }
}
