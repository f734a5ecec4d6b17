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
}
