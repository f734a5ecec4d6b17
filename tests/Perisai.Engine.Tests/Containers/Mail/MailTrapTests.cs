using System.Diagnostics;
using System.Text;
using Perisai.Engine.Containers.Mail;

namespace Perisai.Engine.Tests.Containers.Mail;

/// <summary>Mails made to take time or memory, and damaged ones.</summary>
public sealed class MailTrapTests
{
    /// <summary>Each of these takes about a second, more on a busy machine; a quadratic search would take minutes.</summary>
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Traps => [.. Makers.Keys];

    private static readonly Dictionary<string, Func<string>> Makers = new()
    {
        ["100,000 boundary parameters"] = () =>
            $"From: a\nContent-Type: multipart/mixed{string.Concat(Enumerable.Range(0, 100_000).Select(n => $"; boundary=b{n}"))}\n\n--b0\n\nx\n--b0--\n",
        ["100,000 content types"] = () =>
            $"From: a\n{string.Concat(Enumerable.Range(0, 100_000).Select(n => $"Content-Type: multipart/mixed; boundary=b{n}\n"))}\n--b0\n\nx\n--b0--\n",
        ["a header line of 1 MB"] = () => $"From: a\nContent-Type: multipart/mixed; x={new string('x', 1 << 20)}; boundary=b\n\n--b\n\nx\n--b--\n",
        ["a folded header of 8 MB"] = () => $"From: a\nContent-Type: multipart/mixed;\n{string.Concat(Enumerable.Repeat(" x=y;\n", 1_400_000))} boundary=b\n\n--b\n\nx\n--b--\n",
        ["8 MB of comments"] = () => $"From: a\nContent-Type: multipart/mixed; {new string('(', 8 << 20)}\n\n--b\n\nx\n",
        ["10,000 nested multiparts"] = () =>
            $"From: a\n{string.Concat(Enumerable.Range(0, 10_000).Select(n => $"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))}\n\nx\n",
        ["10,000 nested multiparts of one boundary"] = () =>
            $"From: a\n{string.Concat(Enumerable.Range(0, 10_000).Select(n => "Content-Type: multipart/mixed; boundary=b\n\n--b\n"))}\n\nx\n",
        ["nested multiparts of several boundaries each"] = () =>
            $"From: a\n{string.Concat(Enumerable.Range(0, 1000).Select(n => $"Content-Type: multipart/mixed; boundary=a{n}; boundary=b{n}; boundary=c{n}\n\n--a{n}\n--b{n}\n--c{n}\n"))}\n\nx\n",
        ["nested messages"] = () => $"From: a\n{string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\nFrom: b\n", 100_000))}\n\nx\n",
        ["delimiters that are almost there"] = () =>
            $"From: a\nContent-Type: multipart/mixed; boundary=\"{new string('-', 70)}x\"\n\n{new string('-', 4 << 20)}\n{string.Concat(Enumerable.Repeat("\n--", 1 << 20))}",
        ["a million lines of hyphens"] = () =>
            $"From: a\nContent-Type: multipart/mixed; boundary=\"{new string('-', 70)}\"\n\n{string.Concat(Enumerable.Repeat(new string('-', 71) + "\n", 100_000))}",
        ["half a million begin lines"] = () => $"From: a\n\n{string.Concat(Enumerable.Repeat("begin 644 a\n", 500_000))}",
        ["a million content fields in a body"] = () => $"From: a\n\ntext\n\n{string.Concat(Enumerable.Repeat("Content-Type: text/plain\n", 300_000))}",
        ["16 MB of blanks in base64"] = () => $"From: a\nContent-Transfer-Encoding: base64\n\n{new string(' ', 16 << 20)}QUJD",
        ["4 million paddings"] = () => $"From: a\nContent-Transfer-Encoding: base64\n\n{string.Concat(Enumerable.Repeat("QQ==", 1 << 20))}",
        ["16 MB of equals signs"] = () => $"From: a\nContent-Transfer-Encoding: quoted-printable\n\n{new string('=', 16 << 20)}",
        ["soft breaks with blanks"] = () => $"From: a\nContent-Transfer-Encoding: quoted-printable\n\n{string.Concat(Enumerable.Repeat("=" + new string(' ', 249), 20_000))}",
        ["a million quoted separators"] = () => $"From: a\n\n{string.Concat(Enumerable.Repeat(">From \n", 1 << 20))}",
        ["8 MB of quotation marks"] = () => $"From: a\n\n\n>From \n{string.Concat(Enumerable.Repeat("\n" + new string('>', 63), 1 << 17))}",
        ["no line end"] = () => "From: " + new string('a', 16 << 20),
        ["a header of 16 MB of junk"] = () => $"From: a\n{string.Concat(Enumerable.Repeat("junk\n", 3 << 20))}",
    };

    [Theory]
    [MemberData(nameof(Traps))]
    public void TrapsEndInTime(string name)
    {
        var mail = Encoding.Latin1.GetBytes(Makers[name]());
        foreach (var source in new ByteSource[] { new MemoryByteSource(mail), new OpaqueSource(mail) })
        {
            var sink = new RecordingSink(ScanLimits.Default with { MaxTime = _bound * 2 });
            var started = Stopwatch.GetTimestamp();
            MailReader.Instance.Read(source, sink);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, _bound);
            Assert.InRange(sink.Budget.ReadBytes, 0, 64L * mail.Length + (16 << 20));
            Assert.InRange(sink.Faults.Count, 0, 1000);
        }
    }

    [Fact]
    public void AMillionTinyPartsEndWithTheBudget()
    {
        var mail = Encoding.Latin1.GetBytes($"From: a\nContent-Type: multipart/mixed; boundary=b\n\n{string.Concat(Enumerable.Repeat("--b\n\nx\n", 1_000_000))}");
        var sink = new RecordingSink();
        var started = Stopwatch.GetTimestamp();
        MailReader.Instance.Read(new OpaqueSource(mail), sink);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, _bound);
        Assert.Equal(BudgetLimit.Objects, sink.Budget.Exhausted);
        // Windows are read once, not once a part.
        Assert.InRange(sink.Budget.ReadBytes, 0, 8L * mail.Length);
    }

    [Fact]
    public void MultipartsDeeperThanTheBudgetAreReported()
    {
        var (_, _, notScanned) = MailTree.Open(Encoding.Latin1.GetBytes(Makers["10,000 nested multiparts"]()));
        Assert.Contains(notScanned, n => n.Reason == NotScannedReason.OverBudget);
    }

    [Fact]
    public void SurvivesDamage()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var mail = new RandomMail(seed * 31).Make();
            if (mail.Length < 300_000)
                MailReader.Instance.AssertSurvivesDamage(mail, seed);
        }

        byte[] mailbox = [.. "From a Thu Jul 31 13:49:50 2008\n"u8, .. new RandomMail(3).Make(), .. "\n\nFrom b Thu Jul 31 13:49:50 2008\n"u8, .. new RandomMail(4).Make()];
        MboxReader.Instance.AssertSurvivesDamage(mailbox, 9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsNothingBesideItsBytes(bool atEnd)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var mail = new RandomMail(seed).Make();
            using var guarded = GuardedMemory.Allocate(mail.AsSpan(0, mail.Length - seed % 7), atEnd);
            // A source over the guarded bytes themselves: nothing is copied before the reader sees it.
            var sink = new RecordingSink();
            using var manager = new GuardedManager(guarded);
            MailReader.Instance.Read(new MemoryByteSource(manager.Memory), sink);
        }
    }

    /// <summary>Hands out guarded bytes as memory.</summary>
    private sealed unsafe class GuardedManager(GuardedMemory guarded) : System.Buffers.MemoryManager<byte>
    {
        public override Span<byte> GetSpan()
        {
            fixed (byte* start = guarded.Span)
                return new(start, guarded.Length);
        }

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>Bytes that the reader has to copy, as those of a file.</summary>
    private sealed class OpaqueSource(byte[] bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Clamp(bytes.Length - offset, 0, destination.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(destination);
            return count;
        }
    }
}
