namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// The one adapter between a decoder of a library and us: whatever it throws becomes a <see cref="CodecException"/>, it ends where
/// the container says, and a library that returns nothing for ever is not asked again.
/// </summary>
/// <param name="open">
/// Makes the library's stream over our input, after it has reserved what memory that takes; called at the first read, so that what it throws
/// is caught too.
/// </param>
/// <param name="length">The length of the output; -1 where the library knows the end.</param>
internal sealed class LibraryStream(CodecInput input, Func<Stream, DecoderMemory, Stream> open, long length) : DecoderStream(input)
{
    private readonly byte[] _buffer = new byte[32 << 10];
    private readonly DecoderMemory _memory = new(input.Budget);
    private Stream? _library;
    private long _left = length < 0 ? long.MaxValue : length;

    protected override void Produce()
    {
        _library ??= open(new CodecInputStream(Input), _memory);
        var count = _left == 0 ? 0 : _library.Read(_buffer, 0, (int)Math.Min(_buffer.Length, _left));
        if (count <= 0)
        {
            Finished = _left == 0 || length < 0 ? true : throw CodecException.Truncated();
            return;
        }

        _left -= count;
        Output = _buffer;
        OutputStart = 0;
        OutputEnd = count;
    }

    protected override void ReleaseMemory()
    {
        try
        {
            _library?.Dispose();
        }
        catch (Exception)
        {
            // Some library streams throw when they are left in the middle.
        }

        _library = null;
        _memory.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        ReleaseMemory();
        base.Dispose(disposing);
    }
}
