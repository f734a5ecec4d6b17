using System.Text;

namespace Perisai.Engine.Formats.Lnk;

/// <summary>
/// Reads shortcuts (Microsoft, [MS-SHLLINK]) as the lnk module of YARA-X does: a file whose parts do not follow one another as they should is no
/// shortcut, while offsets inside of a part that lead nowhere leave something out.
/// </summary>
internal sealed class ShellLinkReader
{
    private const uint HeaderLength = 0x4C;
    private const uint TrackerBlock = 0xA000_0003;
    private const uint WideLabel = 0x14;
    private const uint HeaderWithWideOffsets = 0x24;
    private const long SecondsTo1970 = 11_644_473_600;

    private readonly PagedReader _reader;
    private readonly ShellLink _link = new();
    private long _at = HeaderLength;

    private ShellLinkReader(PagedReader reader) => _reader = reader;

    /// <summary>The class identifier 00021401-0000-0000-C000-000000000046.</summary>
    private static ReadOnlySpan<byte> ClassIdentifier => [0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];

    public static ShellLink? Read(BoundedReader reader)
    {
        var pages = new PagedReader(reader);
        Span<byte> identifier = stackalloc byte[16];
        if (!pages.Fits(0, HeaderLength) || !pages.TryReadUInt32(0, out var length) || length != HeaderLength || !pages.TryRead(4, identifier)
            || !identifier.SequenceEqual(ClassIdentifier))
            return null;
        var result = new ShellLinkReader(pages);
        return result.ReadAll() ? result._link : null;
    }

    private bool ReadAll()
    {
        var flags = UInt32(20);
        _link.TargetAttributes = UInt32(24);
        _link.CreationTime = Time(28);
        _link.AccessTime = Time(36);
        _link.WriteTime = Time(44);
        _link.TargetLength = UInt32(52);
        _link.IconIndex = UInt32(56);
        _link.ShowCommand = UInt32(60);
        if ((flags & 1) != 0 && !ReadTargets() || (flags & 2) != 0 && !ReadLinkInformation())
            return false;
        var isWide = (flags & 0x80) != 0;
        byte[]? text = null;
        if ((flags & 4) != 0 && !TryReadText(isWide, out text))
            return false;
        _link.Name = text;
        text = null;
        if ((flags & 8) != 0 && !TryReadText(isWide, out text))
            return false;
        _link.RelativePath = text;
        text = null;
        if ((flags & 0x10) != 0 && !TryReadText(isWide, out text))
            return false;
        _link.WorkingFolder = text;
        text = null;
        if ((flags & 0x20) != 0 && !TryReadText(isWide, out text))
            return false;
        _link.Arguments = text;
        text = null;
        if ((flags & 0x40) != 0 && !TryReadText(isWide, out text))
            return false;
        _link.IconLocation = text;
        return ReadExtraBlocks();
    }

    /// <summary>The list of items that lead to the target: lengths and items, and a length of 0 at the end.</summary>
    private bool ReadTargets()
    {
        var items = new List<ShellItem>();
        _link.Targets = items;
        if (!_reader.TryReadUInt16(_at, out var length) || !_reader.Fits(_at + 2, length))
            return false;
        var at = _at + 2;
        _at = at + length;
        while (true)
        {
            if (at + 2 > _at || !_reader.TryReadUInt16(at, out var item))
                return false;
            if (item == 0)
                return true;
            // An item's length counts itself.
            if (item < 2 || at + item > _at)
                return false;
            if (item > 2)
                items.Add(ReadItem(at + 2, at + item));
            at += item;
        }
    }

    private ShellItem ReadItem(long start, long end)
    {
        var bytes = _reader.Bytes(start, (int)(end - start)) ?? new byte[1];
        var (first, length) = (bytes[0], bytes.Length);
        var item = new ShellItem(ShellItemTypes.Of(first), bytes[1..]);
        Guid? identifier = length >= 18 ? new Guid(bytes.AsSpan(2, 16)) : null;
        switch (item.Type)
        {
            case ShellItemTypes.ControlPanelFile when length > 10:
                // The name in UTF-16 begins later, and leaves a zero here.
                var isWide = bytes[10] == 0;
                return item with { ControlPanelPath = isWide ? length >= 22 ? WideText(start + 22, end) : null : NarrowText(start + 10, end) };
            case ShellItemTypes.RootFolder:
                return item with { RootFolder = identifier };
            case ShellItemTypes.Volume when (first & 1) == 0:
                return item with { Volume = identifier };
            case ShellItemTypes.Volume when length >= 21:
                return item with { VolumeName = NarrowText(start + 1, start + 21) };
            case ShellItemTypes.File when length >= 12:
                return item with { FileName = (first & 4) != 0 ? WideText(start + 12, end) : NarrowText(start + 12, end) };
            case ShellItemTypes.Network when length >= 3:
                return item with { NetworkLocation = NarrowText(start + 3, end) };
            default:
                return item;
        }
    }

    private bool ReadLinkInformation()
    {
        if (!_reader.Fits(_at, 28))
            return false;
        var start = _at;
        var hasWide = UInt32(start + 4) >= HeaderWithWideOffsets;
        var length = UInt32(start);
        if (hasWide && !_reader.Fits(start, 36) || !_reader.Fits(start, length))
            return false;
        var end = start + length;
        _at = end;
        var flags = UInt32(start + 8);
        if ((flags & 1) != 0)
        {
            if (UInt32(start + 12) is var volume && volume <= length)
                ReadVolume(start + volume, end);
            _link.LocalBasePath = PathAt(start, end, hasWide ? UInt32(start + 28) : 0, UInt32(start + 16));
        }

        if ((flags & 2) != 0)
            _link.CommonPathSuffix = PathAt(start, end, hasWide ? UInt32(start + 32) : 0, UInt32(start + 24));
        return true;
    }

    /// <summary>The text of UTF-16 counts where there is one.</summary>
    private byte[]? PathAt(long start, long end, uint wide, uint narrow)
    {
        if (wide > 0)
            return start + wide <= end ? WideText(start + wide, end) : null;
        return start + narrow <= end ? NarrowText(start + narrow, end) : null;
    }

    private void ReadVolume(long start, long end)
    {
        if (start + 16 > end || !_reader.Fits(start, 16))
            return;
        _link.DriveType = UInt32(start + 4);
        _link.DriveSerialNumber = UInt32(start + 8);
        var length = UInt32(start);
        var label = UInt32(start + 12);
        if (start + length > end)
            return;
        if (label == WideLabel)
        {
            if (start + 20 <= end && UInt32(start + 16) is var wide && wide <= length)
                _link.VolumeLabel = WideText(start + wide, start + length);
        }
        else if (start + label <= end)
        {
            _link.VolumeLabel = NarrowText(start + label, end);
        }
    }

    private bool ReadExtraBlocks()
    {
        while (_reader.Budget.CheckTime())
        {
            if (!_reader.TryReadUInt32(_at, out var length))
                return false;
            if (length < 4)
            {
                _at += 4;
                _link.OverlayLength = _reader.Length - _at;
                _link.OverlayOffset = _link.OverlayLength > 0 ? _at : null;
                return true;
            }

            if (!_reader.Fits(_at, length))
                return false;
            if (length >= 8 && UInt32(_at + 4) == TrackerBlock)
                ReadTracker(_at + 8, _at + length);
            _at += length;
        }

        return false;
    }

    private void ReadTracker(long start, long end)
    {
        Span<byte> bytes = stackalloc byte[88];
        if (start + bytes.Length > end || !_reader.TryRead(start, bytes))
            return;
        _link.Tracker = new ShellLinkTracker(
            UInt32(start + 4), NarrowText(start + 8, start + 24), new Guid(bytes[24..40]), new Guid(bytes[40..56]), new Guid(bytes[56..72]),
            new Guid(bytes[72..88]));
    }

    /// <summary>A count of characters and so many; those of UTF-16 end at a zero.</summary>
    private bool TryReadText(bool isWide, out byte[]? text)
    {
        text = null;
        if (!_reader.TryReadUInt16(_at, out var count))
            return false;
        var start = _at + 2;
        var length = isWide ? count * 2 : count;
        if (!_reader.Fits(start, length))
            return false;
        _at = start + length;
        text = isWide ? WideText(start, _at) : AsUtf8(_reader.Bytes(start, length) ?? []);
        return true;
    }

    private byte[] NarrowText(long start, long end)
    {
        var text = start >= end ? [] : _reader.Bytes(start, (int)Math.Min(end - start, ushort.MaxValue)) ?? [];
        return AsUtf8(text.AsSpan().IndexOf((byte)0) is >= 0 and var zero ? text[..zero] : text);
    }

    private byte[] WideText(long start, long end)
    {
        var units = new StringBuilder();
        for (; start + 2 <= end && units.Length < ushort.MaxValue && _reader.TryReadUInt16(start, out var unit) && unit != 0; start += 2)
            units.Append((char)unit);
        return Encoding.UTF8.GetBytes(units.ToString());
    }

    /// <summary>What is no UTF-8 becomes a replacement character.</summary>
    private static byte[] AsUtf8(byte[] text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));

    private uint UInt32(long at) => _reader.TryReadUInt32(at, out var value) ? value : 0;

    /// <summary>Units of 100 ns since 1601.</summary>
    private long? Time(long at) =>
        _reader.TryReadUInt64(at, out var time) && (long)(time / 10_000_000) - SecondsTo1970 is >= 0 and var seconds ? seconds : null;
}
