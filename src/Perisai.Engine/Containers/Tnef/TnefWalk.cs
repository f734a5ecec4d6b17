using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Tnef;

/// <summary>
/// One pass over one stream of attributes. What belongs to an attachment comes in several of them, its name often behind its data, so that
/// the data waits until the attachment is complete. Nothing but names is copied.
/// </summary>
internal sealed class TnefWalk(ByteSource source, IMemberSink sink)
{
    private const uint Signature = 0x223E9F78;
    private const int HeaderLength = 6;
    private const int AttributeHeaderLength = 9;
    private const int ChecksumLength = 2;
    private const int LongestName = 1024;

    /// <summary>Data attributes of one attachment. One is right; a few more are handed on.</summary>
    private const int MostRanges = 16;

    private readonly BoundedReader _reader = new(source, sink.Budget);
    private readonly List<(long Offset, long Length)> _data = [];
    private string _title = "";
    private string _longName = "";
    private string _displayName = "";
    private bool _cut;

    public void Run()
    {
        if (!_reader.TryReadUInt32(out var signature) || signature != Signature || !_reader.TrySkip(HeaderLength - 4))
        {
            sink.AddFault(TnefFaults.NoSignature, 0);
            return;
        }

        while (!sink.ShouldStop && !_reader.AtEnd && !_cut)
            ReadAttribute();
        FinishAttachment();
    }

    private void ReadAttribute()
    {
        var at = _reader.Position;
        if (!_reader.TryReadByte(out var level) || !_reader.TryReadUInt32(out var tag) || !_reader.TryReadUInt32(out var length))
        {
            // A line end that some transport put there is no attribute cut short.
            if (level is 1 or 2)
                sink.AddLoss(TnefFaults.TruncatedAttribute, at);
            else
                sink.AddFault(TnefFaults.TrailingData, at);
            _cut = true;
            return;
        }

        if (level is not (1 or 2))
        {
            sink.AddLoss(TnefFaults.BadAttribute, at);
            _cut = !Resynchronise(at);
            return;
        }

        var start = at + AttributeHeaderLength;
        var present = Math.Min(length, source.Length - start);
        if (present < length)
        {
            sink.AddLoss(TnefFaults.TruncatedAttribute, at);
            _cut = true;
        }
        else
        {
            CompareChecksum(at, start, present);
        }

        if (level == 1 || tag == TnefAttributes.AttachRenderingData)
            FinishAttachment();
        Read(tag, start, present);
        _reader.Position = start + present + ChecksumLength;
        if (_cut && Resynchronise(start))
            _cut = false;
    }

    private void Read(uint tag, long start, long length)
    {
        switch (tag)
        {
            case TnefAttributes.Body:
                AddSlice("body.txt", start, length);
                break;
            case TnefAttributes.MessageProperties:
                ReadMessageProperties(start, length);
                break;
            case TnefAttributes.AttachTitle or TnefAttributes.AttachTransportFilename:
                if (_title.Length == 0)
                    _title = ReadName(new(0, MapiType.String8, start, length));
                break;
            case TnefAttributes.AttachData:
                AddData(start, length);
                break;
            case TnefAttributes.AttachMetafile:
                AddSlice("icon", start, length);
                break;
            case TnefAttributes.AttachProperties:
                ReadAttachmentProperties(start, length);
                break;
        }
    }

    private void ReadMessageProperties(long start, long length)
    {
        var properties = new MapiPropertyReader(_reader, start, start + length);
        while (!sink.ShouldStop && properties.MoveNext(out var value))
        {
            switch (value.Identifier)
            {
                case MapiProperties.Body:
                    AddSlice("body.txt", value.Offset, value.Length);
                    break;
                case MapiProperties.Html:
                    AddSlice("body.html", value.Offset, value.Length);
                    break;
                case MapiProperties.CompressedRtf:
                    ReadCompressedRtf(value);
                    break;
                case MapiProperties.AttachData:
                    AddObject(value);
                    break;
            }
        }

        if (properties.IsBroken)
            sink.AddFault(TnefFaults.BadProperties, start);
    }

    private void ReadAttachmentProperties(long start, long length)
    {
        var properties = new MapiPropertyReader(_reader, start, start + length);
        while (!sink.ShouldStop && properties.MoveNext(out var value))
        {
            switch (value.Identifier)
            {
                case MapiProperties.AttachLongFilename:
                    _longName = ReadName(value);
                    break;
                case MapiProperties.AttachFilename when _title.Length == 0:
                    _title = ReadName(value);
                    break;
                case MapiProperties.DisplayName:
                    _displayName = ReadName(value);
                    break;
                case MapiProperties.AttachData:
                    AddObject(value);
                    break;
            }
        }

        if (properties.IsBroken)
            sink.AddFault(TnefFaults.BadProperties, start);
    }

    /// <summary>An object has the identifier of its interface before it: 16 bytes, then a TNEF stream or an OLE2 file.</summary>
    private void AddObject(in MapiValue value)
    {
        var prefix = value.Type == MapiType.Object && value.Length > 16 ? 16 : 0;
        AddData(value.Offset + prefix, value.Length - prefix);
    }

    private void AddData(long offset, long length)
    {
        if (length <= 0)
            return;
        if (_data.Count == MostRanges)
        {
            sink.AddFault(TnefFaults.TooManyDataAttributes, offset);
            FinishAttachment();
        }

        _data.Add((offset, length));
    }

    private void FinishAttachment()
    {
        var name = _longName.Length > 0 ? _longName : _title.Length > 0 ? _title : _displayName;
        foreach (var (offset, length) in _data)
        {
            if (sink.ShouldStop || !sink.AddSlice(new Member(name), source, offset, length))
                break;
        }

        _data.Clear();
        _title = _longName = _displayName = "";
    }

    private void AddSlice(string name, long offset, long length)
    {
        if (length > 0)
            sink.AddSlice(new Member(name), source, offset, length);
    }

    private void ReadCompressedRtf(in MapiValue value)
    {
        using var input = new CodecInput(source, value.Offset, value.Length, sink.Budget);
        using var stream = new CompressedRtfStream(input);
        sink.AddStream(new Member("body.rtf"), stream, value.Length);
        foreach (var fault in stream.Faults)
            sink.AddFault(fault.Id, value.Offset + fault.Offset, fault.Detail);
    }

    private string ReadName(in MapiValue value)
    {
        var bytes = new byte[Math.Min(value.Length, LongestName)];
        _reader.Position = value.Offset;
        if (!_reader.TryRead(bytes))
            return "";
        return value.Type == MapiType.Unicode ? Encoding.Unicode.GetString(bytes).TrimEnd('\0') : MemberName.Decode(bytes);
    }

    private void CompareChecksum(long at, long start, long length)
    {
        _reader.Position = start;
        uint sum = 0;
        for (var rest = length; rest > 0 && sink.Budget.CheckTime();)
        {
            var count = (int)Math.Min(rest, BoundedReader.WindowLength);
            if (!_reader.TryGetSpan(count, out var span))
                return;
            foreach (var value in span)
                sum += value;
            rest -= count;
        }

        if (!_reader.TryReadUInt16(out var stored))
            sink.AddFault(TnefFaults.TruncatedAttribute, at);
        else if (stored != (ushort)sum)
            sink.AddFault(TnefFaults.WrongChecksum, at);
    }

    /// <summary>Goes on at the next attribute that holds data of an attachment or begins one.</summary>
    private bool Resynchronise(long from)
    {
        var next = long.MaxValue;
        ReadOnlySpan<byte> renderingData = [2, 0x02, 0x90, 0x06, 0x00];
        ReadOnlySpan<byte> data = [2, 0x0F, 0x80, 0x06, 0x00];
        if (_reader.IndexOf(renderingData, from + 1) is var first && first >= 0)
            next = first;
        if (_reader.IndexOf(data, from + 1, next) is var second && second >= 0)
            next = second;
        if (next == long.MaxValue)
            return false;
        _reader.Position = next;
        return true;
    }
}
