using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Rar;

/// <summary>Decrypts and unpacks the content of entries and hands it to the sink, with whatever was wrong.</summary>
internal sealed class RarEntryWriter(
    ByteSource source, IMemberSink sink, Action<string, long, string> addFault, Action<string, long, string> addLoss) : IDisposable
{
    /// <summary>A password is tried on at most this much output before it is believed.</summary>
    private const long MaxTrial = 16 << 20;

    private const string CannotGoOn = "The entries before it, from which it goes on, could not be decoded.";

    private readonly RarKeys _keys = new();
    private readonly RarUnpacker _files = new(sink.Budget);
    private readonly RarUnpacker _services = new(sink.Budget);
    private readonly byte[] _scratch = new byte[32 << 10];
    private (NotScannedReason Reason, string Detail, BudgetLimit Limit)? _broken;
    private int _lastPassword;

    public void Dispose()
    {
        _files.Dispose();
        _services.Dispose();
    }

    /// <summary>Hands on an entry. False: stop.</summary>
    public bool Write(RarEntry entry)
    {
        if (entry.IsService && RarFormat.IsBookkeeping(entry.Name))
            return !sink.ShouldStop;
        var available = Math.Clamp(source.Length - entry.DataOffset, 0, entry.PackedSize);
        if (available < entry.PackedSize)
            addLoss(RarFaults.TruncatedEntry, entry.HeaderOffset, entry.Name);
        if (entry.PackedSize == 0)
        {
            if (entry.IsFolder || entry.IsLink || entry.UnpackedSize > 0 && entry.IsVersion5)
                return !sink.ShouldStop;
        }
        else if (entry.IsFolder)
        {
            addFault(RarFaults.FolderWithContent, entry.HeaderOffset, entry.Name);
        }

        var name = entry.IsService ? "service:" + entry.Name : entry.Name;
        var member = new Member(name) { DeclaredLength = entry.UnpackedSize, StoredLength = entry.PackedSize, WasEncrypted = entry.IsEncrypted };
        // Compressed data is of no use without its beginning.
        if (entry.BeginsEarlier && entry.Method != 0)
            return Refuse(entry, member, NotScannedReason.MissingVolume, "It begins in an earlier volume.");
        if (entry.BeginsEarlier || entry.GoesOn)
        {
            var detail = entry.BeginsEarlier ? "It begins in an earlier volume." : "It goes on in the next volume.";
            if (!sink.AddNotScanned(member, NotScannedReason.MissingVolume, detail))
                return false;
        }

        return entry.IsEncrypted ? WriteEncrypted(entry, member, available)
            : entry.Method == 0 ? WriteStored(entry, member, available)
            : WriteCompressed(entry, member, new PieceStream(source, entry.DataOffset, available), available);
    }

    private bool WriteStored(RarEntry entry, in Member member, long available)
    {
        if (!sink.AddSlice(member, source, entry.DataOffset, available))
            return false;
        if (IsWhole(entry) && available == entry.PackedSize && entry.Checksum is { } checksum && Sum(entry.DataOffset, available) != checksum && !sink.ShouldStop)
            addFault(RarFaults.WrongChecksum, entry.HeaderOffset, entry.Name);
        return !sink.ShouldStop;
    }

    private bool WriteEncrypted(RarEntry entry, in Member member, long available)
    {
        var encryption = entry.Encryption!;
        if (!entry.IsVersion5 && entry.Algorithm < 29)
            return Refuse(entry, member, NotScannedReason.Encrypted, "The encryption of RAR 2 and before.");
        if (entry.IsVersion5 && encryption.Power > RarFormat.MaxRoundsPower)
            return Refuse(entry, member, NotScannedReason.Encrypted, $"The key takes 2^{encryption.Power} rounds.");
        if (FindPassword(entry, available) is not { } password)
            return sink.ShouldStop ? false : Refuse(entry, member, NotScannedReason.Encrypted, sink.Passwords.Count == 0 ? "No password was given." : "No password opens it.");
        using var input = new CodecInput(source, entry.DataOffset, available, sink.Budget);
        using var plain = Decrypt(entry, input, password, available)!;
        if (entry.Method != 0)
            return WriteCompressed(entry, member, plain, available);
        using var content = new MemberContentStream(plain);
        content.Begin(entry.UnpackedSize < 0 ? available : entry.UnpackedSize);
        if (!sink.AddStream(member, content, available))
            return false;
        Check(entry, content);
        return !sink.ShouldStop;
    }

    private bool WriteCompressed(RarEntry entry, in Member member, Stream packed, long packedSize)
    {
        var unpacker = entry.IsService ? _services : _files;
        if (entry is { IsSolid: true, IsService: false } && _broken is { } broken)
            return sink.AddNotScanned(member, broken.Reason, broken.Detail, broken.Limit);
        if (!sink.Budget.AllowsDecoderMemory(entry.Dictionary))
            return Refuse(entry, member, NotScannedReason.OverBudget, $"Its dictionary has {entry.Dictionary >> 20} MiB.", BudgetLimit.DecoderMemory);
        if (entry.IsVersion5 ? entry.Algorithm != 0 : entry.Algorithm is not (15 or 20 or 26 or 29 or 36))
            return Refuse(entry, member, NotScannedReason.Unsupported, $"Compressed with algorithm {entry.Algorithm}.");
        if (entry.Method is < 0 or > 5)
            return Refuse(entry, member, NotScannedReason.Unsupported, $"Compressed with method {entry.Method}.");
        if (TextModelMemory(entry) is var memory && !sink.Budget.AllowsDecoderMemory(memory))
            return Refuse(entry, member, NotScannedReason.OverBudget, $"Its text model has {memory >> 20} MiB.", BudgetLimit.DecoderMemory);
        if (!entry.IsService)
            _broken = null;
        using var content = new MemberContentStream(unpacker.Open(entry, packed, packedSize, memory)) { IsCut = entry.GoesOn };
        content.Begin(entry.UnpackedSize < 0 ? long.MaxValue : entry.UnpackedSize);
        if (!sink.AddStream(member, content, packedSize))
            return false;
        Drain(content);
        if (content.Failure is not null || content.EndedEarly && entry.UnpackedSize >= 0 || content.Left > 0 && entry.UnpackedSize >= 0)
        {
            unpacker.Stop();
            if (!entry.IsService)
                _broken = (content.Failure?.Reason ?? NotScannedReason.Damaged, CannotGoOn, content.Failure?.Limit ?? BudgetLimit.None);
        }

        Check(entry, content);
        return !sink.ShouldStop;
    }

    /// <summary>Reports an entry that is not decoded, and with it the end of a solid chain.</summary>
    private bool Refuse(RarEntry entry, in Member member, NotScannedReason reason, string detail, BudgetLimit limit = BudgetLimit.None)
    {
        if (entry.Method != 0 && !entry.IsService)
        {
            _files.Stop();
            _broken = (reason, CannotGoOn, limit);
        }

        return sink.AddNotScanned(member, reason, detail, limit);
    }

    private void Check(RarEntry entry, MemberContentStream content)
    {
        if (sink.ShouldStop || content.Failure is not null || !IsWhole(entry))
            return;
        if (content.EndedEarly && entry.UnpackedSize >= 0)
            addLoss(RarFaults.WrongLength, entry.HeaderOffset, entry.Name);
        else if (content.Left == 0 && entry.Checksum is { } checksum && entry.Encryption is not { IsChecksumKeyed: true } && content.Checksum != checksum)
            addFault(RarFaults.WrongChecksum, entry.HeaderOffset, entry.Name);
    }

    /// <summary>Reads what the sink left: the entries behind may go on from it.</summary>
    private void Drain(MemberContentStream content)
    {
        try
        {
            while (!sink.ShouldStop && content.Read(_scratch) is > 0 and var count && sink.Budget.ChargeProduced(count))
            {
            }
        }
        catch (CodecException)
        {
            // The stream has noted it.
        }
    }

    /// <summary>The checksum is of the whole file, which is more than one volume has.</summary>
    private static bool IsWhole(RarEntry entry) => entry is { BeginsEarlier: false, GoesOn: false };

    private byte[]? FindPassword(RarEntry entry, long available)
    {
        for (var attempt = 0; attempt < sink.Passwords.Count && !sink.ShouldStop; attempt++)
        {
            var index = (_lastPassword + attempt) % sink.Passwords.Count;
            if (!Proves(entry, sink.Passwords[index], available))
                continue;
            _lastPassword = index;
            return sink.Passwords[index];
        }

        return null;
    }

    private bool Proves(RarEntry entry, byte[] password, long available)
    {
        using var input = new CodecInput(source, entry.DataOffset, available, sink.Budget);
        using var plain = Decrypt(entry, input, password, available);
        if (plain is null)
            return false;
        // RAR 5 proves it by itself. An entry that goes on from others can be tried only with them: the last password is believed.
        if (entry.Encryption!.Check.Length > 0 || entry.IsSolid && _files.CanGoOn)
            return true;
        using var unpacker = new RarUnpacker(sink.Budget);
        using var content = new MemberContentStream(entry.Method == 0 ? plain : unpacker.Open(entry, plain, available, textModel: 0));
        content.Begin(entry.UnpackedSize < 0 ? available : entry.UnpackedSize);
        try
        {
            var tried = 0L;
            while ((entry.Method == 0 || tried < MaxTrial) && content.Read(_scratch) is > 0 and var count)
                tried += count;
        }
        catch (CodecException)
        {
            return false;
        }

        return content.Left > 0 ? !content.EndedEarly : entry.Checksum is not { } checksum || !IsWhole(entry) || checksum == content.Checksum;
    }

    /// <summary>The decrypted data, padded to whole blocks; null where the password is proved wrong.</summary>
    private AesCbcStream? Decrypt(RarEntry entry, CodecInput input, byte[] password, long available)
    {
        var length = available - available % 16;
        if (entry.IsVersion5)
            return _keys.Derive5(password, entry.Encryption!) is { } key ? new(input, key, (byte[])entry.Encryption!.Vector.Clone(), length) : null;
        var (key4, vector4) = _keys.Derive4(password, entry.Encryption!.Salt);
        return new(input, key4, (byte[])vector4.Clone(), length);
    }

    /// <summary>RAR 3 and 4: the memory that compressed data asks for its text model, where it begins with one; 0 otherwise.</summary>
    private long TextModelMemory(RarEntry entry)
    {
        Span<byte> first = stackalloc byte[2];
        if (entry.IsVersion5 || entry.Algorithm < 29 || entry.IsEncrypted || source.Read(entry.DataOffset, first) < 2)
            return 0;
        return (first[0] & 0xA0) == 0xA0 ? (first[1] + 1L) << 20 : 0;
    }

    private uint Sum(long offset, long length)
    {
        var checksum = new Crc32();
        for (var end = offset + length; offset < end && sink.Budget.CheckTime();)
        {
            var count = source.Read(offset, _scratch.AsSpan(0, (int)Math.Min(_scratch.Length, end - offset)));
            if (count == 0)
                break;
            checksum.Append(_scratch.AsSpan(0, count));
            offset += count;
        }

        return checksum.GetCurrentHashAsUInt32();
    }
}
