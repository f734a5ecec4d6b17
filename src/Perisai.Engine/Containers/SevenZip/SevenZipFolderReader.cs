using System.Buffers;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>
/// Decodes one folder after another and hands its streams on, in their order, each decoded once. Passwords are tried on the first
/// stream of an encrypted folder, which its checksum proves.
/// </summary>
internal sealed class SevenZipFolderReader(ByteSource source, IMemberSink sink) : IDisposable
{
    /// <summary>A password is tried on at most this much of a compressed stream before it is believed.</summary>
    private const long MaxTrial = 16 << 20;

    private readonly SevenZipKeys _keys = new(sink.Budget);
    private readonly byte[] _scratch = new byte[32 << 10];
    private SevenZipArchive _archive = null!;
    private SevenZipFolder _folder = null!;
    private SevenZipContent? _content;
    private MemberContentStream? _stream;
    private long[] _starts = [];
    private long _packedSize;
    private long _plainOffset;
    private int _left;
    private (NotScannedReason Reason, string Detail, BudgetLimit Limit)? _refusal;
    private int _lastPassword;

    public void Dispose() => End();

    /// <summary>Starts on a folder with so many streams to come.</summary>
    public void Begin(SevenZipArchive archive, long[] starts, SevenZipFolder folder, int streams)
    {
        (_archive, _starts, _folder, _left, _refusal) = (archive, starts, folder, streams, null);
        _packedSize = 0;
        var last = Math.Min(folder.FirstPackedStream + folder.PackedInputs.Length, starts.Length);
        for (var index = folder.FirstPackedStream; index < last; index++)
        {
            _packedSize = long.CreateSaturating((Int128)_packedSize + archive.PackedSizes[index]);
            if (starts[index] > source.Length - archive.PackedSizes[index])
                sink.AddLoss(SevenZipFaults.TruncatedStream, starts[index], "A packed stream ends behind the end of the file.");
        }

        if (folder.IsPlain && last > folder.FirstPackedStream)
            _plainOffset = starts[folder.FirstPackedStream];
    }

    /// <summary>Hands on the folder's next stream, the content of the file of a number. False: stop.</summary>
    public bool Write(string name, SevenZipSubStream stream, int position)
    {
        _left--;
        var member = new Member(name) { DeclaredLength = stream.Length, WasEncrypted = _folder.IsEncrypted, Position = position };
        if (_folder.IsPlain && _folder.FirstPackedStream < _starts.Length)
            return WritePlain(member, stream);
        if (_stream is null && _refusal is null)
            Open(stream);
        if (_refusal is { } refusal)
            return sink.AddNotScanned(member, refusal.Reason, refusal.Detail, refusal.Limit);
        _stream!.Begin(stream.Length);
        if (!sink.AddStream(member, _stream, _packedSize))
            return false;
        Finish(name, stream);
        return !sink.ShouldStop;
    }

    public void End()
    {
        _content?.Dispose();
        _content = null;
        _stream?.Dispose();
        _stream = null;
    }

    /// <summary>The content of a folder that holds a header; null where it cannot be had, with the reason.</summary>
    public byte[]? ReadWhole(SevenZipArchive archive, SevenZipFolder folder, out (NotScannedReason Reason, string Detail, BudgetLimit Limit) problem)
    {
        Begin(archive, archive.PackedStarts(), folder, 1);
        problem = (NotScannedReason.Damaged, "", BudgetLimit.None);
        try
        {
            var first = new SevenZipSubStream(folder.UnpackSize, folder.Checksum);
            Open(first);
            if (_refusal is { } refusal)
            {
                problem = refusal;
                return null;
            }

            // It grows as content comes, whatever the size that is told.
            var content = new ArrayBufferWriter<byte>();
            _stream!.Begin(folder.UnpackSize);
            while (_stream.Read(_scratch) is > 0 and var count && sink.Budget.ChargeProduced(count))
                content.Write(_scratch.AsSpan(0, count));
            if (folder.Checksum is { } checksum && _stream.Checksum != checksum)
                sink.AddFault(SevenZipFaults.WrongHeaderChecksum, -1);
            return content.WrittenSpan.ToArray();
        }
        catch (CodecException exception)
        {
            problem = (exception.Reason, exception.Message, exception.Limit);
            return null;
        }
        finally
        {
            End();
        }
    }

    private void Open(in SevenZipSubStream first)
    {
        try
        {
            byte[]? password = null;
            if (_folder.IsEncrypted)
            {
                password = FindPassword(first);
                if (_refusal is not null)
                    return;
            }

            _content = SevenZipContent.Open(source, _archive, _starts, _folder, sink.Budget, _keys, password);
            _stream = new(_content.Stream);
        }
        catch (CodecException exception)
        {
            _refusal = (exception.Reason, exception.Message, exception.Limit);
        }
    }

    /// <summary>The streams of a folder that is not compressed lie in the archive as they are.</summary>
    private bool WritePlain(in Member member, in SevenZipSubStream stream)
    {
        var offset = _plainOffset;
        var length = Math.Clamp(source.Length - offset, 0, stream.Length);
        _plainOffset = long.CreateSaturating((Int128)offset + stream.Length);
        if (!sink.AddSlice(member, source, offset, length))
            return false;
        if (length < stream.Length)
            sink.AddNotScanned(member, NotScannedReason.Damaged, $"{stream.Length - length} bytes are missing.");
        else if (stream.Checksum is { } checksum && Sum(offset, length) != checksum && !sink.ShouldStop)
            sink.AddFault(SevenZipFaults.WrongChecksum, offset, member.Name);
        return !sink.ShouldStop;
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

    /// <summary>Reads what the sink left of the stream, because the next one begins behind it, and says what was wrong.</summary>
    private void Finish(string name, in SevenZipSubStream stream)
    {
        try
        {
            while (_left > 0 && _stream!.Left > 0 && !sink.ShouldStop)
            {
                var count = _stream.Read(_scratch);
                if (count == 0 || !sink.Budget.ChargeProduced(count))
                    break;
            }
        }
        catch (CodecException)
        {
            // The stream has noted it.
        }

        if (sink.ShouldStop)
            return;
        if (_stream!.Failure is { } failure)
            _refusal = (failure.Reason, $"The folder cannot be decoded that far: {failure.Message}", failure.Limit);
        else if (_stream.EndedEarly)
        {
            sink.AddLoss(SevenZipFaults.WrongLength, -1, name);
            _refusal = (NotScannedReason.Damaged, "The folder is shorter than the archive says.", BudgetLimit.None);
        }
        else if (_stream.Left == 0 && stream.Checksum is { } checksum && checksum != _stream.Checksum)
        {
            sink.AddFault(SevenZipFaults.WrongChecksum, -1, name);
        }
    }

    private byte[]? FindPassword(in SevenZipSubStream first)
    {
        var passwords = sink.Passwords;
        for (var attempt = 0; attempt < passwords.Count && !sink.ShouldStop; attempt++)
        {
            var index = (_lastPassword + attempt) % passwords.Count;
            if (!Proves(passwords[index], first))
                continue;
            _lastPassword = index;
            return passwords[index];
        }

        _refusal ??= (NotScannedReason.Encrypted, passwords.Count == 0 ? "No password was given." : "No password opens it.", BudgetLimit.None);
        return null;
    }

    /// <summary>Whether the first stream decodes to what its checksum wants.</summary>
    private bool Proves(byte[] password, in SevenZipSubStream first)
    {
        try
        {
            using var content = SevenZipContent.Open(source, _archive, _starts, _folder, sink.Budget, _keys, password);
            using var stream = new MemberContentStream(content.Stream);
            stream.Begin(first.Length);
            // Without compression nothing but the checksum tells.
            var compressed = Array.Exists(_folder.Coders, coder => coder.Method is not (SevenZipMethod.Aes or SevenZipMethod.Copy));
            while (first.Length - stream.Left < (compressed ? MaxTrial : long.MaxValue) && stream.Read(_scratch) > 0)
            {
            }

            if (stream.EndedEarly)
                return false;
            return stream.Left > 0 || first.Checksum is not { } checksum || checksum == stream.Checksum;
        }
        catch (CodecException exception)
        {
            if (exception.Reason != NotScannedReason.Damaged)
                _refusal = (exception.Reason, exception.Message, exception.Limit);
            return false;
        }
    }
}
