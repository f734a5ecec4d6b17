using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Legacy;

namespace Perisai.Engine.Containers.Arj;

/// <summary>
/// Reads ARJ archives and volumes of such: a main header, then a header and the data of each file, then an empty header. Where a header
/// is damaged, the next one is searched for.
/// </summary>
internal sealed class ArjReader : IContainerReader
{
    public static readonly ArjReader Instance = new();

    /// <summary>Methods 1 to 3 reach back 26 KiB by the book; their codes can name 64 KiB.</summary>
    private const int Window = 64 << 10;

    private const int DistanceSymbols = 17;

    private static ReadOnlySpan<byte> Mark => [0x60, 0xEA];

    public string Name => "arj";

    public FormatDescription Description { get; } = new(
        "ARJ (arj)", "methods 0 to 4, chapters, extended headers, garbled files with a known password, each volume of a set",
        "[technote.txt of ARJ](https://github.com/FarGroup/FarManager/blob/master/plugins/multiarc/arc.doc/arj.txt)")
    {
        Gaps = "volumes of a set are not joined; ARJCRYPT's encryption (GOST) is reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        while (!sink.ShouldStop)
        {
            var at = reader.Position;
            if (reader.AtEnd)
            {
                sink.AddLoss(ArjFaults.MissingEnd, at);
                return;
            }

            if (ArjHeader.TryRead(reader) is not { } header)
            {
                sink.AddLoss(ArjFaults.BadHeader, at);
                if (!FindNext(reader, at + 1))
                    return;
                continue;
            }

            if (header.IsEnd)
            {
                TrailingData.Add(source, sink, reader.Position, ArjFaults.TrailingData);
                return;
            }

            if (!header.ChecksumMatches)
                sink.AddFault(ArjFaults.HeaderChecksum, at);
            if (header.IsMain)
                continue;
            if (header.HasContent && !Add(source, sink, header, reader.Position))
                return;
            if (header.StoredLength > reader.Remaining)
            {
                sink.AddLoss(ArjFaults.Truncated, source.Length);
                // A wrong length must not hide what follows.
                if (!FindNext(reader, reader.Position))
                    return;
                continue;
            }

            reader.TrySkip(header.StoredLength);
        }
    }

    /// <summary>The next place with a header whose checksum is right.</summary>
    private static bool FindNext(BoundedReader reader, long from)
    {
        for (var at = from; (at = reader.IndexOf(Mark, at)) >= 0 && reader.Budget.CheckTime(); at++)
        {
            reader.Position = at;
            if (ArjHeader.TryRead(reader) is not { ChecksumMatches: true, IsEnd: false })
                continue;
            reader.Position = at;
            return true;
        }

        return false;
    }

    private static bool Add(ByteSource source, IMemberSink sink, ArjHeader header, long offset)
    {
        var member = new Member(header.Name) { DeclaredLength = header.OriginalLength, WasEncrypted = header.IsGarbled };
        var stored = Math.Min(header.StoredLength, source.Length - offset);
        if (header.Method > 4)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"arj: method {header.Method}.");
        if (header.IsGarbled)
            return AddGarbled(source, sink, header, member, offset, stored);
        var more = header.Method == 0
            ? sink.AddSlice(member, source, offset, stored)
            : Decode(sink, header, member, source, offset, stored);
        if (more && (header.GoesOn || header.Continues))
            return sink.AddNotScanned(member, NotScannedReason.MissingVolume, "A part of the file is in another volume.");
        return more;
    }

    private static bool Decode(IMemberSink sink, ArjHeader header, in Member member, ByteSource source, long offset, long stored)
    {
        using var input = new CodecInput(source, offset, stored, sink.Budget);
        using var decoder = Open(header, input);
        var sum = new Crc32();
        using var content = new SummedStream(decoder, sum);
        var more = sink.AddStream(member, content, stored);
        if (!decoder.Finished)
            return more;
        if (sum.GetCurrentHashAsUInt32() != header.Checksum)
            sink.AddFault(ArjFaults.Checksum, offset, header.Name);
        return more;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes it.")]
    private static DecoderStream Open(ArjHeader header, CodecInput input) => header.Method == 4
        ? new ArjFastStream(input, header.OriginalLength)
        : new LzhStream(input, header.OriginalLength, Window, DistanceSymbols, 0);

    /// <summary>Garbling adds the password's bytes, changed a little, to what is stored. The checksum tells the right password.</summary>
    private static bool AddGarbled(ByteSource source, IMemberSink sink, ArjHeader header, in Member member, long offset, long stored)
    {
        foreach (var password in sink.Passwords)
        {
            if (password.Length == 0)
                continue;
            if (!Fits(source, sink.Budget, header, password, offset, stored))
                continue;
            using var open = new GarbledByteSource(source, offset, stored, password, header.PasswordModifier);
            return header.Method == 0 ? sink.AddSlice(member, open, 0, open.Length) : Decode(sink, header, member, open, 0, open.Length);
        }

        return sink.AddNotScanned(member, NotScannedReason.Encrypted);
    }

    private static bool Fits(ByteSource source, ScanBudget budget, ArjHeader header, byte[] password, long offset, long stored)
    {
        using var open = new GarbledByteSource(source, offset, stored, password, header.PasswordModifier);
        using var input = new CodecInput(open, 0, open.Length, budget);
        using var decoder = header.Method == 0 ? null : Open(header, input);
        var sum = new Crc32();
        var buffer = new byte[16 << 10];
        try
        {
            int count;
            while ((count = decoder?.Read(buffer) ?? input.Read(buffer)) > 0 && budget.ChargeProduced(count))
                sum.Append(buffer.AsSpan(0, count));
        }
        catch (CodecException)
        {
            return false;
        }

        return sum.GetCurrentHashAsUInt32() == header.Checksum;
    }
}
