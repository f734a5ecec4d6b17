using System.Buffers.Binary;
using Perisai.Engine.Containers.OneNote;

namespace Perisai.Engine.Tests.Containers.OneNote;

public sealed class OneNoteReaderTests
{
    [Fact]
    public void ObjectsComeOut()
    {
        byte[] first = [1, 2, 3], second = new byte[5000];
        new Random(4).NextBytes(second);
        var sink = OneNoteReader.Instance.Read(OneNoteBuilder.Build(first, second));
        Assert.Equal([first, second], sink.Members.Select(member => member.Content));
        sink.AssertClean();
    }

    [Fact]
    public void AnObjectThatClaimsTooMuchHidesNoOther()
    {
        var bytes = OneNoteBuilder.Build([1, 2, 3], [4, 5, 6]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1024 + 16), long.MaxValue);
        var sink = OneNoteReader.Instance.Read(bytes);
        Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[4, 5, 6]));
        Assert.Contains(sink.Losses, loss => loss.Id == OneNoteFaults.BadObject);
    }

    [Fact]
    public void DamageIsSurvived() => OneNoteReader.Instance.AssertSurvivesDamage(OneNoteBuilder.Build(new byte[3000], [1, 2, 3]), 12);

    [Fact]
    public void TheOtherPackagingIsReported()
    {
        var file = OneNoteBuilder.Build("content"u8.ToArray());
        byte[] format = [0x2F, 0xE9, 0x8D, 0x63, 0xD4, 0xA6, 0xC1, 0x4B, 0x9A, 0x36, 0xB3, 0xFC, 0x25, 0x11, 0xA5, 0xB7];
        format.CopyTo(file, 48);
        var sink = OneNoteReader.Instance.Read(file);
        Assert.Equal(NotScannedReason.Unsupported, Assert.Single(sink.NotScanned).Reason);
    }
}
