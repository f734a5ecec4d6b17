using Perisai.Engine.Formats;

namespace Perisai.Engine.Containers.Mail;

/// <summary>Passes a decoded text on and remembers its beginning, and whether something in it may begin a block of encoded data.</summary>
internal sealed class ObservedStream(Stream stream) : ForwardStream
{
    private const int HeadLength = 4096;

    private readonly byte[] _tail = new byte[16];
    private byte[] _head = [];
    private int _headCount;
    private int _tailCount;
    private bool _isWhole = true;

    public bool HasMark { get; private set; }

    /// <summary>The type that the identification finds in what passed.</summary>
    public FileType Type(ScanBudget budget)
    {
        var head = _head.AsMemory(0, _headCount);
        // One byte more says that the text goes on.
        return TypeIdentifier.Identify(new BoundedReader(new MemoryByteSource(_isWhole ? head : (byte[])[.. head.Span, (byte)' ']), budget));
    }

    public override int Read(Span<byte> buffer)
    {
        var count = stream.Read(buffer);
        if (count > 0)
            Look(buffer[..count]);
        return count;
    }

    private void Look(ReadOnlySpan<byte> text)
    {
        if (_headCount < HeadLength)
        {
            var room = Math.Min(text.Length, HeadLength - _headCount);
            if (_head.Length < _headCount + room)
                Array.Resize(ref _head, Math.Min(HeadLength, Math.Max(256, (_headCount + room) * 2)));
            text[..room].CopyTo(_head.AsSpan(_headCount));
            _headCount += room;
            _isWhole = room == text.Length;
        }
        else
        {
            _isWhole = false;
        }

        if (HasMark)
            return;
        // The mark may lie across two reads.
        Span<byte> seam = stackalloc byte[32];
        var joined = Math.Min(text.Length, 16);
        _tail.AsSpan(0, _tailCount).CopyTo(seam);
        text[..joined].CopyTo(seam[_tailCount..]);
        HasMark = seam[..(_tailCount + joined)].IndexOf("begin"u8) >= 0 || text.IndexOf("begin"u8) >= 0;
        var tail = seam[..(_tailCount + joined)];
        if (text.Length >= 16)
            tail = tail[..0];
        ReadOnlySpan<byte> last = text.Length >= 16 ? text[^16..] : tail.Length > 16 ? tail[^16..] : tail;
        last.CopyTo(_tail);
        _tailCount = last.Length;
    }
}
