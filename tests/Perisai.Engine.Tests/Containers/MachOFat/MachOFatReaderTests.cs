using System.Buffers.Binary;
using Perisai.Engine.Containers.MachOFat;

namespace Perisai.Engine.Tests.Containers.MachOFat;

public sealed class MachOFatReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HandsOnEverySliceAndTheHiddenOne(bool wide)
    {
        var bytes = Build(wide, counted: 2, slices: 3);
        var sink = MachOFatReader.Instance.Read(bytes);
        Assert.Equal(["x86_64", "arm64", "arm"], sink.Members.Select(m => m.Name));
        Assert.All(sink.Members, m => Assert.True(m.FromSlice && m.Content.Length == 100));
        Assert.Equal([0, 1, 2], sink.Members.Select(m => (int)m.Content[50]));
        Assert.Equal(MachOFatFaults.HiddenSlice, sink.Faults.Single().Id);
    }

    [Fact]
    public void ReportsSlicesThatLieOutside()
    {
        var sink = MachOFatReader.Instance.Read(Build(false, counted: 2, slices: 2)[..1150]);
        Assert.Single(sink.Members);
        Assert.Contains(sink.Faults, f => f.Id == MachOFatFaults.BadSlice);
    }

    [Fact]
    public void SurvivesDamage() => MachOFatReader.Instance.AssertSurvivesDamage(Build(true, 3, 3), 7);

    private static byte[] Build(bool wide, int counted, int slices)
    {
        uint[] processors = [0x01000007, 0x0100000C, 12];
        var bytes = new byte[1000 + 200 * slices];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, wide ? 0xCAFEBABF : 0xCAFEBABE);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), counted);
        for (var index = 0; index < slices; index++)
        {
            var offset = 1000 + 200 * index;
            var entry = bytes.AsSpan(8 + index * (wide ? 32 : 20));
            BinaryPrimitives.WriteUInt32BigEndian(entry, processors[index]);
            if (wide)
            {
                BinaryPrimitives.WriteInt64BigEndian(entry[8..], offset);
                BinaryPrimitives.WriteInt64BigEndian(entry[16..], 100);
            }
            else
            {
                BinaryPrimitives.WriteInt32BigEndian(entry[8..], offset);
                BinaryPrimitives.WriteInt32BigEndian(entry[12..], 100);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), 0xFEEDFACF);
            bytes[offset + 50] = (byte)index;
        }

        return bytes;
    }
}
