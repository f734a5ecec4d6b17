namespace Perisai.Cli.Walking;

/// <summary>Standard input whose reading ends when the scan is cancelled: the other end of a pipe may never write.</summary>
internal sealed class InterruptibleInput(CancellationToken cancellation) : Stream
{
    private readonly Stream _input = Console.OpenStandardInput();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OperationCanceledException">The scan was cancelled. The thread that reads is left behind; the process ends soon.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var reading = Task.Run(() => _input.Read(buffer, offset, count), CancellationToken.None);
        try
        {
            reading.Wait(cancellation);
        }
        catch (AggregateException exception) when (exception.InnerException is IOException inner)
        {
            throw inner;
        }

        return reading.Result;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
