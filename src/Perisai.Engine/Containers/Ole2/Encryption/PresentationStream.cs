using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Decrypts the objects of a presentation ([MS-PPT] 2.3.7): each is a record, encrypted whole with the key of its number. What is between them is not encrypted.
/// </summary>
internal sealed class PresentationStream : DecoderStream
{
    private const int HeaderLength = 8;

    private readonly (long Offset, int Number)[] _objects;
    private readonly Rc4Key _key;
    private Rc4? _cipher;
    private long _position;
    private long _rest;
    private int _next;

    public PresentationStream(CodecInput input, (long Offset, int Number)[] objects, Rc4Key key)
        : base(input)
    {
        (_objects, _key) = (objects, key);
        Output = new byte[16 << 10];
    }

    protected override void Produce()
    {
        while (_next < _objects.Length && _objects[_next].Offset < _position)
            _next++;
        var untilNext = _next < _objects.Length ? _objects[_next].Offset - _position : long.MaxValue;
        if (untilNext == 0)
        {
            Begin();
            return;
        }

        var count = Input.Read(Output.AsSpan(0, (int)Math.Min(Output.Length, Math.Min(_rest > 0 ? _rest : long.MaxValue, untilNext))));
        if (_rest > 0)
            _cipher?.Apply(Output.AsSpan(0, count));
        _rest = Math.Max(0, _rest - count);
        HandOut(count);
    }

    private void Begin()
    {
        _cipher = _key.Block(_objects[_next++].Number);
        var count = Input.Read(Output.AsSpan(0, HeaderLength));
        _cipher.Apply(Output.AsSpan(0, count));
        _rest = count == HeaderLength ? BinaryPrimitives.ReadUInt32LittleEndian(Output.AsSpan(4)) : 0;
        HandOut(count);
    }

    private void HandOut(int count)
    {
        _position += count;
        (OutputStart, OutputEnd) = (0, count);
        Finished = count == 0;
    }
}
