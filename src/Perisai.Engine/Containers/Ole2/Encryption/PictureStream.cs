using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Decrypts the pictures of a presentation ([MS-PPT] 2.1.3): each field of a record is encrypted by itself, with the key of block 0 from its beginning.
/// </summary>
internal sealed class PictureStream : DecoderStream
{
    private const int HeaderLength = 8;
    private const int IdentifierLength = 16;
    private const int MetafileHeaderLength = 34;
    private const int FileBlock = 0xF007;

    /// <summary>Fields from that with the length of the name on.</summary>
    private const int FieldsFromNameLength = 3;

    private readonly Rc4Key _key;
    private readonly Queue<long> _fields = new();
    private Rc4? _cipher;
    private long _rest;
    private bool _isHeader;
    private bool _hasName;
    private bool _isNameLength;

    public PictureStream(CodecInput input, Rc4Key key)
        : base(input)
    {
        _key = key;
        Output = new byte[16 << 10];
    }

    /// <summary>The fields of the record that describes a picture; one tells the length of a name behind them.</summary>
    private static ReadOnlySpan<byte> FileBlockFields => [1, 1, 16, 2, 4, 4, 4, 1, 1, 1, 1];

    protected override void Produce()
    {
        if (_rest == 0)
        {
            _isHeader = _fields.Count == 0;
            _isNameLength = _fields.Count == FieldsFromNameLength && _hasName;
            _rest = _isHeader ? HeaderLength : _fields.Dequeue();
            _cipher = _key.Block(0);
        }

        var count = Input.Read(Output.AsSpan(0, (int)Math.Min(Output.Length, _rest)));
        _cipher?.Apply(Output.AsSpan(0, count));
        _rest -= count;
        if (_isHeader && count == HeaderLength)
            PlanFields();
        else if (_isNameLength && count == 1 && Output[0] > 0)
            _fields.Enqueue(Output[0]);
        (OutputStart, OutputEnd) = (0, count);
        Finished = count == 0;
    }

    private void PlanFields()
    {
        var instance = BinaryPrimitives.ReadUInt16LittleEndian(Output) >> 4;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(Output.AsSpan(2));
        long length = BinaryPrimitives.ReadUInt32LittleEndian(Output.AsSpan(4));
        _hasName = type == FileBlock;
        if (_hasName)
        {
            foreach (var field in FileBlockFields)
                _fields.Enqueue(field);
            return;
        }

        // An odd instance has a second identifier.
        for (var index = 0; index <= (instance & 1); index++)
            Plan(IdentifierLength);
        Plan(type is >= 0xF01A and <= 0xF01C ? MetafileHeaderLength : 1);
        Plan(length);

        void Plan(long wanted)
        {
            var field = Math.Min(wanted, length);
            length -= field;
            if (field > 0)
                _fields.Enqueue(field);
        }
    }
}
