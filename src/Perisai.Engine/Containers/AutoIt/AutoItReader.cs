using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.AutoIt;

/// <summary>
/// Reads what Aut2Exe puts behind AutoIt's interpreter: the script and the files that it installs, each compressed and combined with a
/// keystream.
/// </summary>
internal sealed class AutoItReader : IContainerReader
{
    public static readonly AutoItReader Instance = new();

    private const int MaxName = 4096;

    public string Name => "autoit";

    public FormatDescription Description { get; } = new(
        "Compiled AutoIt script", "scripts and installed files of EA05 (AutoIt 3.0 to 3.2) and EA06 (3.3), the tokens of the latter written as text", "as AutoIt's own Exe2Aut and its successors read it")
    {
        Gaps = "scripts with a password of EA05 are reported as damaged",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan(AutoItFormat.HeaderLength, out var header))
        {
            sink.AddLoss(AutoItFaults.Truncated, 0);
            return;
        }

        var format = header[23] == '5' ? AutoItFormat.Version5 : header[23] == '6' ? AutoItFormat.Version6 : null;
        if (format is null)
        {
            sink.AddNotScanned(new Member("script"), NotScannedReason.Unsupported, "autoit: an unknown version.");
            return;
        }

        // EA05 adds up the sixteen bytes that stand for the password.
        uint extra = 0;
        if (format.CharacterLength == 1)
        {
            foreach (var value in header[24..])
                extra += value;
        }

        reader.Position = AutoItFormat.HeaderLength;
        while (!sink.ShouldStop && ReadEntry(reader, sink, format, extra))
        {
        }
    }

    /// <summary>False: that was the last one.</summary>
    private static bool ReadEntry(BoundedReader reader, IMemberSink sink, AutoItFormat format, uint extra)
    {
        var at = reader.Position;
        if (!reader.TryGetSpan(4, out var tag))
        {
            sink.AddLoss(AutoItFaults.MissingEnd, at);
            return false;
        }

        if (!Open(tag, format.Keys(format.TagSeed)).AsSpan().SequenceEqual("FILE"u8))
        {
            // The end: the mark of the version once more, in the clear.
            if (!tag.SequenceEqual("AU3!"u8))
                sink.AddLoss(at == AutoItFormat.HeaderLength ? AutoItFaults.BadEntry : AutoItFaults.MissingEnd, at);
            return false;
        }

        if (!TryReadText(reader, format, format.NameMask, format.NameSeed, out var name)
            || !TryReadText(reader, format, format.PathMask, format.PathSeed, out var path) || !reader.TryGetSpan(29, out var numbers))
        {
            sink.AddLoss(AutoItFaults.BadEntry, at);
            return false;
        }

        var isCompressed = numbers[0] == 1;
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(numbers[1..]) ^ format.LengthMask;
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(numbers[9..]) ^ format.ChecksumMask;
        var offset = reader.Position;
        if (stored > reader.Remaining)
        {
            sink.AddLoss(AutoItFaults.Truncated, offset, name);
            stored = (uint)reader.Remaining;
        }

        var isScript = name.Contains("SCRIPT<", StringComparison.Ordinal);
        var member = new Member((isScript ? "script.au3" : path.Length > 0 ? path : name).Replace('\\', '/'));
        using var content = new KeystreamStream(reader.Source, offset, stored, format.Keys(format.DataSeed + extra));
        var more = isCompressed ? AddCompressed(sink, format, member, content, stored, isScript && format == AutoItFormat.Version6) : sink.AddStream(member, content, stored);
        if (content.Position == stored && content.Checksum != checksum)
            sink.AddFault(AutoItFaults.Checksum, offset, name);
        return reader.TrySkip(stored) && more;
    }

    private static bool AddCompressed(IMemberSink sink, AutoItFormat format, in Member member, KeystreamStream content, long stored, bool isTokens)
    {
        using var input = new CodecInput(content, sink.Budget);
        var mark = input.Peek(8);
        if (mark.Length < 8 || !mark.StartsWith("EA0"u8) && !mark.StartsWith("JB0"u8))
            return sink.AddNotScanned(member, NotScannedReason.Damaged, "autoit: the mark of the compression is missing.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(mark[4..]);
        input.Take(8);
        using var decoder = new AutoItStream(input, length, format.MatchBit);
        var more = isTokens ? AddScript(sink, member, decoder, stored) : sink.AddStream(member with { DeclaredLength = length }, decoder, stored);
        // The sum is of all that is stored; what is left of it are some bytes at most.
        while (decoder.Finished && input.Fill())
            input.Position = input.End;
        return more;
    }

    /// <summary>The script as text. Behind its last line there is nothing that would be run.</summary>
    private static bool AddScript(IMemberSink sink, in Member member, AutoItStream decoder, long stored)
    {
        using var tokens = new CodecInput(decoder, sink.Budget);
        using var text = new ScriptTextStream(tokens);
        var more = sink.AddStream(member, text, stored);
        try
        {
            while (text.Failure is null && tokens.Fill())
                tokens.Position = tokens.End;
        }
        catch (CodecException exception)
        {
            sink.AddFault(AutoItFaults.Checksum, -1, exception.Message);
        }

        return more;
    }

    private static bool TryReadText(BoundedReader reader, AutoItFormat format, uint mask, uint seed, out string text)
    {
        text = "";
        if (!reader.TryReadUInt32(out var length) || (length ^= mask) > MaxName || !reader.TryGetSpan((int)length * format.CharacterLength, out var stored))
            return false;
        var bytes = Open(stored, format.Keys(seed + length));
        text = format.CharacterLength == 2 ? Encoding.Unicode.GetString(bytes) : MemberName.Decode(bytes);
        return true;
    }

    private static byte[] Open(ReadOnlySpan<byte> stored, IKeystream keys)
    {
        var bytes = stored.ToArray();
        foreach (ref var value in bytes.AsSpan())
            value ^= keys.Next();
        return bytes;
    }
}
