using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Arc;

/// <summary>
/// A Huffman code whose tree comes first: the number of nodes, and for each the two that follow it, by a bit 0 or 1; a negative number less one is a byte, 256 the end.
/// </summary>
internal sealed class SqueezeStream : DecoderStream
{
    private const int End = 256;
    private const int MaxNodes = 257;
    private const int Step = 16 << 10;

    private short[] _nodes = [];
    private bool _isStarted;
    private int _bits;
    private int _bitCount;

    public SqueezeStream(CodecInput input)
        : base(input) => Output = new byte[Step];

    protected override void Produce()
    {
        if (!_isStarted)
            ReadTree();
        OutputStart = OutputEnd = 0;
        while (OutputEnd < Step)
        {
            // The end may be left out; what is decoded has a length and a checksum.
            var value = _bitCount == 0 && Input.Available <= 0 && !Input.Fill() ? End : ReadCode();
            if (value == End)
            {
                Finished = true;
                return;
            }

            Output[OutputEnd++] = (byte)value;
        }
    }

    private void ReadTree()
    {
        _isStarted = true;
        int count = Input.ReadUInt16();
        if (count > MaxNodes)
            throw new CodecException("The tree has too many nodes.");
        _nodes = new short[2 * count];
        for (var index = 0; index < _nodes.Length; index++)
        {
            _nodes[index] = (short)Input.ReadUInt16();
            if (_nodes[index] >= count || _nodes[index] < -End - 1)
                throw new CodecException("The tree has a node that does not exist.");
        }
    }

    /// <summary>A tree without nodes has the end alone. One that goes in a circle takes bits until there are no more.</summary>
    private int ReadCode()
    {
        if (_nodes.Length == 0)
            return End;
        var node = 0;
        do
        {
            if (_bitCount == 0)
            {
                if (Input.Available <= 0 && !Input.Fill())
                    return End;
                _bits = Input.ReadByte();
                _bitCount = 8;
            }

            node = _nodes[2 * node + (_bits & 1)];
            _bits >>= 1;
            _bitCount--;
        }
        while (node >= 0);
        return -(node + 1);
    }
}
