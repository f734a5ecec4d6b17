using Perisai.Engine.Containers.Codecs;
using SharpCompress.Readers;

namespace Perisai.Engine.Containers.Rar;

/// <summary>
/// The adapter to SharpCompress, which decodes RAR's compression. It is fed an archive that we write for it while it reads: plain
/// headers with nothing but what decoding needs, each followed by the packed data. So it never sees a header of the file, and one run
/// of it decodes entry after entry, as solid ones want. Whatever it throws becomes a <see cref="CodecException"/>.
/// </summary>
internal sealed class RarUnpacker(ScanBudget budget) : IDisposable
{
    private RarFeed? _feed;
    private IReader? _reader;
    private CodecInput? _input;
    private LibraryStream? _current;
    private readonly DecoderMemory _memory = new(budget);
    private bool _isVersion5;
    private long _needed;

    /// <summary>False where an entry that goes on from the one before cannot be decoded, because that failed.</summary>
    public bool CanGoOn => _reader is not null;

    /// <summary>
    /// The decoded content of an entry, which has to be read whole before the next is opened.
    /// </summary>
    /// <param name="packed">The packed data, decrypted; not disposed.</param>
    /// <param name="packedSize">Its length.</param>
    /// <param name="textModel">Memory that the entry's text model takes, beside the window.</param>
    public DecoderStream Open(RarEntry entry, Stream packed, long packedSize, long textModel)
    {
        _current?.Dispose();
        _input ??= new(budget);
        var goesOn = entry.IsSolid && CanGoOn;
        if (_feed is null || _isVersion5 != entry.IsVersion5)
        {
            Stop();
            goesOn = false;
            _feed = new();
            _feed.Add(entry.IsVersion5 ? RarHeaders.Begin5() : RarHeaders.Begin4());
            _isVersion5 = entry.IsVersion5;
        }

        _feed.Add(entry.IsVersion5 ? RarHeaders.File5(entry, packedSize, goesOn, Window(entry)) : RarHeaders.File4(entry, packedSize, goesOn));
        _feed.Add(packed, packedSize);
        _needed = Window(entry) + textModel;
        _current = new(_input, (_, _) => Next(), entry.UnpackedSize);
        return _current;
    }

    /// <summary>Gives the library up: after a failure, or where an entry was left in the middle.</summary>
    public void Stop()
    {
        _current?.Dispose();
        _current = null;
        try
        {
            _reader?.Dispose();
        }
        catch (Exception)
        {
            // It throws when it is left in the middle.
        }

        _reader = null;
        _feed?.Dispose();
        _feed = null;
        _memory.Dispose();
    }

    public void Dispose()
    {
        Stop();
        _input?.Dispose();
    }

    /// <summary>
    /// The window that the library is told. It need not be larger than all that is decoded; one that only a header claims is memory for
    /// nothing.
    /// </summary>
    private static long Window(RarEntry entry) =>
        entry.IsSolid || entry.UnpackedSize < 0 ? entry.Dictionary : Math.Min(entry.Dictionary, Math.Max(entry.UnpackedSize, 128 << 10));

    private Stream Next()
    {
        _memory.Reserve(_needed);
        _reader ??= SharpCompress.Readers.Rar.RarReader.OpenReader(_feed!, new ReaderOptions { LeaveStreamOpen = true });
        if (!_reader.MoveToNextEntry())
            throw new CodecException("rar: the decoder found no entry.");
        return _reader.OpenEntryStream();
    }
}
