using System.Text;
using MimeKit;

namespace Perisai.Engine.Tests.Containers.Mail;

/// <summary>The parts of random mails against those that MimeKit finds: the same number, the same bytes, the same names.</summary>
public sealed class MimeKitAgreementTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void PartsAreThoseOfMimeKit(int block)
    {
        var parts = 0;
        var differences = new List<string>();
        for (var seed = block * 250; seed < block * 250 + 250; seed++)
        {
            var mail = new RandomMail(seed).Make();
            var preambles = new List<string>();
            var expected = Expected(mail, preambles);
            var (leaves, _, _) = MailTree.Open(mail);
            // Two things are ours alone. A second reading: its name ends with which. And a multipart whose delimiters are not there, or were
            // taken by one around it with the same boundary: its text is a preamble for MimeKit and a member for us.
            var found = leaves.Where(leaf => leaf.Name.IndexOf(':') < 0 && !preambles.Contains(Encoding.UTF8.GetString(leaf.Content).Trim())).Select(Describe).Order(StringComparer.Ordinal).ToList();
            if (!expected.SequenceEqual(found))
                differences.Add($"seed {seed}: missing: {string.Join("; ", expected.Except(found))}; more: {string.Join("; ", found.Except(expected))}");
            parts += expected.Count;
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.InRange(parts, 250, 25_000);
    }

    private static List<string> Expected(byte[] mail, List<string> preambles)
    {
        var list = new List<string>();
        Collect(MimeMessage.Load(new MemoryStream(mail)).Body, list, preambles);
        list.Sort(StringComparer.Ordinal);
        return list;
    }

    private static void Collect(MimeEntity? entity, List<string> list, List<string> preambles, params ReadOnlySpan<string> outer)
    {
        switch (entity)
        {
            case Multipart multipart:
                if ((multipart.Count == 0 || outer.Contains(multipart.Boundary)) && multipart.Preamble is { } preamble)
                    preambles.Add(preamble.Trim());
                foreach (var part in multipart)
                    Collect(part, list, preambles, [.. outer, multipart.Boundary ?? ""]);
                break;
            case MessagePart message:
                Collect(message.Message?.Body, list, preambles, outer);
                break;
            case MimePart { Content: { } content } part:
                var memory = new MemoryStream();
                content.DecodeTo(memory);
                // A part without a byte is no member.
                if (memory.Length > 0)
                    list.Add(Describe(new(part.FileName ?? "", memory.ToArray(), false)));
                break;
        }
    }

    private static string Describe(RecordingSink.Entry leaf) =>
        $"{(leaf.Name.StartsWith("part-", StringComparison.Ordinal) ? "" : leaf.Name)}|{leaf.Content.Length}|{leaf.Sha256[..12]}";
}
