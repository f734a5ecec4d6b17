namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// A forward-only stream of decoded bytes. A decoder overrides <see cref="Produce"/>; this class hands out what was produced,
/// stops quietly when the budget is gone, and turns whatever is thrown into a <see cref="CodecException"/> after everything decoded
/// before it has been handed out.
/// </summary>
internal abstract class DecoderStream(CodecInput input) : Stream
{
    private List<Fault>? _faults;
    private CodecException? _failure;

    public CodecInput Input { get; } = input;

    protected ScanBudget Budget => Input.Budget;

    /// <summary>True when the decoder came to the proper end of its data; <see cref="CodecInput.Consumed"/> is then exact.</summary>
    public bool Finished { get; protected set; }

    /// <summary>Bytes produced so far.</summary>
    public long Produced { get; private set; }

    /// <summary>What was wrong without ending the decoding, such as checksums that differ. Offsets count in the input.</summary>
    public IReadOnlyList<Fault> Faults => _faults ?? (IReadOnlyList<Fault>)[];

    /// <summary>Why decoding ended early; null where it did not.</summary>
    public CodecException? Failure => _failure;

    /// <summary>Where decoded bytes lie that were not handed out yet.</summary>
    protected byte[] Output { get; set; } = [];

    protected int OutputStart { get; set; }

    protected int OutputEnd { get; set; }

    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => Produced;
        set => throw new NotSupportedException();
    }

    /// <exception cref="CodecException">The data cannot be decoded any further.</exception>
    public sealed override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (OutputStart >= OutputEnd)
        {
            var hasEnded = Finished || !Budget.CheckTime();
            if (hasEnded || _failure is not null)
                ReleaseMemory();
            if (hasEnded)
                return 0;
            if (_failure is not null)
                throw _failure;
            TryProduce();
        }

        var count = Math.Min(buffer.Length, OutputEnd - OutputStart);
        Output.AsSpan(OutputStart, count).CopyTo(buffer);
        OutputStart += count;
        Produced += count;
        return count;
    }

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>
    /// Decodes some more: sets <see cref="Output"/>, <see cref="OutputStart"/> and <see cref="OutputEnd"/>, or
    /// <see cref="Finished"/>, or throws. Called only when everything before was handed out. It need not produce anything, but must
    /// then have consumed something.
    /// </summary>
    protected abstract void Produce();

    /// <summary>
    /// Gives up large buffers: all was handed out and no more will come. What was decoded is scanned before the stream is disposed, and what
    /// is inside it needs memory too. May be called several times.
    /// </summary>
    protected virtual void ReleaseMemory()
    {
    }

    protected void AddFault(string id, string detail = "")
    {
        // A stream of a million tiny frames shall not make a million faults.
        if ((_faults ??= []).Count < 16)
            _faults.Add(new(id, Input.Consumed, detail));
    }

    /// <summary>Makes the stream ready for other data.</summary>
    protected void Restart()
    {
        _faults = null;
        _failure = null;
        Finished = false;
        Produced = 0;
        OutputStart = OutputEnd = 0;
    }

    /// <summary>Goes on with other data; what was decoded before stays in <see cref="Output"/>.</summary>
    protected void Resume()
    {
        _failure = null;
        Finished = false;
    }

    private void TryProduce()
    {
        try
        {
            Produce();
        }
        catch (CodecException exception)
        {
            _failure = exception;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Libraries throw whatever comes.
            _failure = new($"{exception.GetType().Name}: {exception.Message}");
        }
    }
}
