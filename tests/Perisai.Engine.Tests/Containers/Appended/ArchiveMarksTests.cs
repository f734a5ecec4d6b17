using Perisai.Engine.Containers.Appended;

namespace Perisai.Engine.Tests.Containers.Appended;

/// <summary>The search for marks against the obvious one, on memory with guard pages, in pieces of all sizes.</summary>
public sealed class ArchiveMarksTests
{
    /// <summary>In the order of <see cref="ArchiveMarkKind"/>.</summary>
    private static readonly byte[][] _marks =
    [
        "PK\u0003\u0004"u8.ToArray(), [0x37, 0x7A, 0xBC, 0xAF], "Rar!"u8.ToArray(), "MSCF"u8.ToArray(), "PE\0\0"u8.ToArray(), "hsqs"u8.ToArray(),
        [0x7B, 0x93, 0x02, 0x14],
    ];

    [Fact]
    public void FindsWhatTheObviousSearchFinds()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(1, 700)];
            // Letters of the marks, so that half ones are frequent.
            for (var at = 0; at < bytes.Length; at++)
                bytes[at] = _marks[random.Next(_marks.Length)][random.Next(4)];
            for (var count = random.Next(20); count > 0 && bytes.Length >= 4; count--)
                _marks[random.Next(_marks.Length)].CopyTo(bytes, random.Next(bytes.Length - 3));
            var expected = new List<ArchiveMark>();
            for (var at = 0; at + 4 <= bytes.Length; at++)
            {
                var kind = Array.FindIndex(_marks, mark => bytes.AsSpan(at, 4).SequenceEqual(mark));
                if (kind >= 0)
                    expected.Add(new(at + 1000, (ArchiveMarkKind)kind));
            }

            var marks = new ArchiveMarks();
            marks.Begin(true, 1000);
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(bytes.Length - at, random.Next(3) == 0 ? random.Next(1, 4) : random.Next(1, 300));
                using var piece = GuardedMemory.Allocate(bytes.AsSpan(at, count), atEnd: random.Next(2) == 0);
                marks.Append(piece.Span);
                at += count;
            }

            Assert.Equal(expected, marks.Found.OrderBy(mark => mark.Offset));
        }
    }

    [Fact]
    public void KeepsNoMoreThanItSays()
    {
        var marks = new ArchiveMarks();
        marks.Begin(true);
        for (var index = 0; index < ArchiveMarks.MaxKept + 5; index++)
            marks.Append("Rar!"u8);
        Assert.True(marks.IsFull);
        Assert.Equal(ArchiveMarks.MaxKept, marks.Found.Count);
        marks.Begin(false);
        marks.Append("Rar!"u8);
        Assert.Empty(marks.Found);
    }
}
