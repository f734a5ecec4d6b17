using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Zip;

/// <summary>Decrypts and decodes the content of entries and hands it to the sink, with whatever was wrong.</summary>
internal sealed class ZipMemberWriter(ByteSource source, IMemberSink sink, Action<string, long, string> addFault) : IDisposable
{
    /// <summary>A password is tried on at most this much output before it is believed.</summary>
    private const long MaxTrial = 16 << 20;

    private readonly ZipMethods _methods = new(sink.Budget);
    private readonly ZipContentStream _content = new();
    private byte[]? _trial;
    private int _lastPassword;

    public void Dispose() => _methods.Dispose();

    /// <summary>What the sink is told of an entry.</summary>
    public static Member Describe(in ZipEntry entry) => new(entry.Name)
    {
        DeclaredLength = entry.Length,
        StoredLength = entry.StoredLength,
        WasEncrypted = entry.IsEncrypted,
        Position = entry.Position,
    };

    /// <summary>Hands on an entry of known length; returns where its data ends.</summary>
    public long Write(in ZipEntry entry, long stored)
    {
        var end = entry.DataOffset + stored;
        var member = Describe(entry);
        if (entry.IsEncrypted)
        {
            WriteEncrypted(entry, member, stored);
            return end;
        }

        if (entry.Method == ZipFormat.Stored)
        {
            if (entry.Length != stored && entry.Length != 0)
                addFault(ZipFaults.WrongLength, entry.HeaderOffset, entry.Name);
            sink.AddSlice(member, source, entry.DataOffset, stored);
            return end;
        }

        _methods.Input.Reset(source, entry.DataOffset, stored);
        var decoder = Decode(entry, member, stored, entry.Length, (entry.Flags & ZipFlags.Descriptor) == 0 || entry.Checksum != 0);
        if (decoder is { Finished: true } && !sink.ShouldStop && ZipMethods.EndsItself(entry) && _methods.Input.Consumed < stored)
        {
            // What the decoder does not see, other programs may.
            var rest = entry.DataOffset + _methods.Input.Consumed;
            addFault(ZipFaults.UnusedBytes, rest, entry.Name);
            sink.AddSlice(new Member(entry.Name + ":unused"), source, rest, end - rest);
        }

        return end;
    }

    /// <summary>Hands on an entry whose data tells its own end; returns that.</summary>
    public long WriteStreamed(in ZipEntry entry)
    {
        _methods.Input.Reset(source, entry.DataOffset, source.Length - entry.DataOffset);
        Decode(entry, new Member(entry.Name), -1, -1, hasChecksum: false);
        return entry.DataOffset + _methods.Input.Consumed;
    }

    private DecoderStream? Decode(in ZipEntry entry, in Member member, long stored, long length, bool hasChecksum)
    {
        var decoder = _methods.Open(entry, length);
        if (decoder is null)
        {
            sink.AddNotScanned(member, NotScannedReason.Unsupported, $"Compressed with {ZipFormat.MethodName(entry.Method)}.");
            return null;
        }

        _content.Reset(decoder);
        sink.AddStream(member, _content, stored);
        foreach (var fault in decoder.Faults)
            addFault(fault.Id, entry.DataOffset + fault.Offset, entry.Name);
        if (decoder.Finished)
        {
            if (length >= 0 && _content.Produced != length)
                addFault(ZipFaults.WrongLength, entry.HeaderOffset, entry.Name);
            else if (hasChecksum && _content.Checksum != entry.Checksum)
                addFault(ZipFaults.WrongChecksum, entry.HeaderOffset, entry.Name);
        }

        _methods.Close(decoder);
        return decoder;
    }

    private void WriteEncrypted(in ZipEntry entry, in Member member, long stored)
    {
        if ((entry.Flags & ZipFlags.StrongEncryption) != 0)
        {
            sink.AddNotScanned(member, NotScannedReason.Encrypted, "PKWARE's strong encryption.");
            return;
        }

        if (entry.Method == ZipFormat.Aes)
        {
            sink.AddNotScanned(member, NotScannedReason.Encrypted, "AES without its parameters.");
            return;
        }

        var bounded = entry;
        bounded.StoredLength = stored;
        using var plain = FindPassword(bounded);
        if (plain is null)
        {
            sink.AddNotScanned(member, NotScannedReason.Encrypted, sink.Passwords.Count == 0 ? "No password was given." : "No password opens it.");
            return;
        }

        _methods.Input.Reset(plain);
        Decode(entry, member, stored, entry.Length, entry.AesVersion != 2);
    }

    /// <summary>The decrypted data with the first password that proves right; the one that was right last time is tried first.</summary>
    private Stream? FindPassword(in ZipEntry entry)
    {
        // The password seems right, but the data was changed.
        Stream? damaged = null;
        for (var attempt = 0; attempt < sink.Passwords.Count && !sink.ShouldStop; attempt++)
        {
            var index = (_lastPassword + attempt) % sink.Passwords.Count;
            var password = sink.Passwords[index];
            if (entry.AesStrength == 0)
            {
                if (ZipCryptoStream.TryOpen(source, entry, entry.DataOffset, password) is not { } trial || !Proves(entry, trial))
                    continue;
                _lastPassword = index;
                return ZipCryptoStream.TryOpen(source, entry, entry.DataOffset, password);
            }

            var aes = ZipAesStream.TryOpen(source, entry, entry.DataOffset, password);
            if (aes is null)
                continue;
            if (aes.IsAuthentic(sink.Budget))
            {
                damaged?.Dispose();
                _lastPassword = index;
                return aes;
            }

            damaged?.Dispose();
            damaged = aes;
        }

        if (damaged is not null)
            addFault(ZipFaults.WrongAuthentication, entry.HeaderOffset, entry.Name);
        return damaged;
    }

    /// <summary>Whether the data decodes to what the checksum wants.</summary>
    private bool Proves(in ZipEntry entry, Stream plain)
    {
        _methods.Input.Reset(plain);
        if (_methods.Open(entry, entry.Length) is not { } decoder)
            return true;
        _content.Reset(decoder);
        _trial ??= new byte[32 << 10];
        try
        {
            while (_content.Produced < MaxTrial && _content.Read(_trial) > 0)
            {
            }

            return _content.Produced >= MaxTrial || _content.Checksum == entry.Checksum;
        }
        catch (CodecException)
        {
            return false;
        }
        finally
        {
            _methods.Close(decoder);
        }
    }
}
