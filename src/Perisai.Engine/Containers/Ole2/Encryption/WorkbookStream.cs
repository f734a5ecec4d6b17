using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Decrypts a workbook's records ([MS-XLS] 2.2.10): the key changes each 1,024 bytes of the stream; headers of records, a few whole records, and where a sheet
/// begins, are not encrypted, though the cipher goes on over them.
/// </summary>
internal sealed class WorkbookStream : DecoderStream
{
    private const int Block = 1024;
    private const int LongestRecord = 4 + ushort.MaxValue;
    private const int BoundSheet = 0x85;

    private readonly Rc4Key _key;
    private readonly IMemberSink _sink;
    private readonly byte[] _mask = new byte[Block];
    private long _position;
    private int _maskNumber = -1;

    public WorkbookStream(CodecInput input, Rc4Key key, IMemberSink sink)
        : base(input)
    {
        (_key, _sink) = (key, sink);
        Output = new byte[LongestRecord];
    }

    protected override void Produce()
    {
        OutputStart = OutputEnd = 0;
        var header = Input.Read(Output.AsSpan(0, 4));
        if (header < 4)
        {
            OutputEnd = header;
            Finished = header == 0;
            return;
        }

        var kind = BinaryPrimitives.ReadUInt16LittleEndian(Output);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(Output.AsSpan(2));
        _position += 4;
        var value = Output.AsSpan(4, Input.Read(Output.AsSpan(4, length)));
        if (!IsPlain(kind))
            Unmask(kind == BoundSheet && value.Length > 4 ? value[4..] : value, _position + (kind == BoundSheet ? Math.Min(4, value.Length) : 0));
        if (kind == BoundSheet && value.Length > 6 && value[5] == 1)
            _sink.AddObservation(Observations.ExcelMacros);
        _position += value.Length;
        OutputEnd = 4 + value.Length;
    }

    /// <summary>BOF, FILEPASS, USREXCL, FILELOCK, INTERFACEHDR, RRDINFO, RRDHEAD.</summary>
    private static bool IsPlain(int kind) => kind is 0x809 or 0x2F or 0x194 or 0x195 or 0xE1 or 0x196 or 0x138;

    private void Unmask(Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            var number = (int)(position / Block);
            if (number != _maskNumber)
            {
                _mask.AsSpan().Clear();
                _key.Block(number).Apply(_mask);
                _maskNumber = number;
            }

            var within = (int)(position % Block);
            var count = Math.Min(Block - within, bytes.Length);
            for (var index = 0; index < count; index++)
                bytes[index] ^= _mask[within + index];
            bytes = bytes[count..];
            position += count;
        }
    }
}
