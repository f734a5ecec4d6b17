namespace Perisai.Engine.Containers.Tnef;

/// <summary>A value of a property: where it lies in the source.</summary>
internal readonly record struct MapiValue(ushort Identifier, MapiType Type, long Offset, long Length);

/// <summary>Kinds of values that are told apart ([MS-OXCDATA] 2.11.1).</summary>
internal enum MapiType : ushort
{
    Object = 0x0D,
    String8 = 0x1E,
    Unicode = 0x1F,
    Binary = 0x102,
}

/// <summary>
/// Goes through a list of MAPI properties as TNEF stores it ([MS-OXTNEF] 2.1.3.4): counts and lengths are never believed, and nothing is
/// copied. Values of fixed length are passed over.
/// </summary>
internal sealed class MapiPropertyReader
{
    private const int NamedFrom = 0x8000;
    private const ushort MultipleFlag = 0x1000;

    private readonly BoundedReader _reader;
    private readonly long _end;
    private uint _properties;
    private uint _values;
    private ushort _identifier;
    private MapiType _type;

    public MapiPropertyReader(BoundedReader reader, long start, long end)
    {
        _reader = reader;
        _end = end;
        Position = start;
        IsBroken = !TryReadUInt32(out _properties);
    }

    /// <summary>Whether the list ended for another reason than its count.</summary>
    public bool IsBroken { get; private set; }

    private long Position { get; set; }

    /// <summary>The next value of variable length.</summary>
    public bool MoveNext(out MapiValue value)
    {
        value = default;
        while (!IsBroken && _reader.Budget.CheckTime())
        {
            if (_values > 0)
            {
                _values--;
                if (!TryReadValue(out value))
                    break;
                return true;
            }

            if (_properties == 0)
                return false;
            _properties--;
            if (!TryReadProperty())
                break;
        }

        IsBroken = true;
        return value.Length > 0;
    }

    private bool TryReadProperty()
    {
        if (!TryReadUInt32(out var tag))
            return false;
        _identifier = (ushort)(tag >> 16);
        var type = (ushort)tag;
        if (_identifier >= NamedFrom && !TrySkipName())
            return false;
        var isMultiple = (type & MultipleFlag) != 0;
        _type = (MapiType)(ushort)(type & ~MultipleFlag);
        if (_type is MapiType.Object or MapiType.String8 or MapiType.Unicode or MapiType.Binary)
            return TryReadUInt32(out _values);
        uint count = 1;
        if (isMultiple && !TryReadUInt32(out count))
            return false;
        var length = FixedLength((ushort)_type);
        return length >= 0 && TrySkip((long)count * length);
    }

    private bool TryReadValue(out MapiValue value)
    {
        value = default;
        if (!TryReadUInt32(out var length))
            return false;
        var present = Math.Min(length, _end - Position);
        value = new(_identifier, _type, Position, present);
        // A value that is cut short is handed on as far as it goes; the last one may lack what fills it up.
        IsBroken = present < length;
        Position = Math.Min(_end, Position + (length + 3L & ~3L));
        return present > 0 || length == 0;
    }

    /// <summary>The set and the name or number of a named property.</summary>
    private bool TrySkipName()
    {
        if (!TrySkip(16) || !TryReadUInt32(out var kind))
            return false;
        if (kind == 0)
            return TrySkip(4);
        return TryReadUInt32(out var length) && TrySkip(length + 3L & ~3L);
    }

    /// <summary>Bytes of a value, filled up to four; -1 where the kind is unknown and nothing behind it can be found.</summary>
    private static int FixedLength(ushort type) => type switch
    {
        0 or 1 => 0,
        2 or 3 or 4 or 0x0A or 0x0B => 4,
        5 or 6 or 7 or 0x14 or 0x40 => 8,
        0x48 => 16,
        _ => -1,
    };

    private bool TrySkip(long count)
    {
        if (count < 0 || count > _end - Position)
            return false;
        Position += count;
        return true;
    }

    private bool TryReadUInt32(out uint value)
    {
        value = 0;
        if (_end - Position < 4)
            return false;
        _reader.Position = Position;
        Position += 4;
        return _reader.TryReadUInt32(out value);
    }
}
