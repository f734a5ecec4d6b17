namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>What a decoder produces, with a filter undone.</summary>
internal sealed class FilterStream : DecoderStream
{
    private readonly Stream _inner;
    private readonly ByteFilter _filter;
    private readonly byte[] _buffer = new byte[32 << 10];
    private int _filled;
    private CodecException? _innerFailure;

    public FilterStream(DecoderStream inner, ByteFilter filter)
        : base(inner.Input) => (_inner, _filter) = (inner, filter);

    public FilterStream(Stream inner, ByteFilter filter, ScanBudget budget)
        : base(new CodecInput(budget)) => (_inner, _filter) = (inner, filter);

    protected override void Produce()
    {
        if (_innerFailure is not null)
            throw _innerFailure;
        Output = _buffer;
        _buffer.AsSpan(OutputEnd, _filled - OutputEnd).CopyTo(_buffer);
        _filled -= OutputEnd;
        OutputStart = OutputEnd = 0;
        var count = 0;
        try
        {
            count = _inner.Read(_buffer.AsSpan(_filled));
        }
        catch (CodecException exception)
        {
            _innerFailure = exception;
        }

        _filled += count;
        if (count > 0)
        {
            OutputEnd = _filter.Undo(_buffer.AsSpan(0, _filled));
            return;
        }

        // The last bytes are too few for the filter: they are as they are.
        OutputEnd = _filled;
        Finished = _innerFailure is null;
    }

    protected override void Dispose(bool disposing)
    {
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
