using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>
/// Decrypts a workbook's records ([MS-XLS] 2.2.10): headers of records, a few whole records, and where a sheet begins, are not encrypted, though the
/// cipher goes on over them.
/// </summary>
internal sealed class WorkbookStream : DecoderStream
{
    private const int LongestRecord = 4 + ushort.MaxValue;
    private const int BoundSheet = 0x85;

    /// <summary>Where a sheet begins, at the beginning of the record that tells of it.</summary>
    private const int PlacePart = 4;

    private readonly IDocumentCipher _cipher;
    private long _position;

    public WorkbookStream(CodecInput input, IDocumentCipher cipher)
        : base(input)
    {
        _cipher = cipher;
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
        {
            var plain = kind == BoundSheet ? Math.Min(PlacePart, value.Length) : 0;
            _cipher.Apply(value[plain..], _position + plain + (_cipher is WorkbookObfuscation ? length : 0));
        }

        _position += value.Length;
        OutputEnd = 4 + value.Length;
    }

    /// <summary>BOF, FILEPASS, USREXCL, FILELOCK, INTERFACEHDR, RRDINFO, RRDHEAD.</summary>
    private static bool IsPlain(int kind) => kind is 0x809 or 0x2F or 0x194 or 0x195 or 0xE1 or 0x196 or 0x138;
}
