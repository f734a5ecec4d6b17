using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>A decrypted stream, kept to be handed on and to be looked through.</summary>
internal sealed class DecryptedContent : IDisposable
{
    private readonly SpooledContent _spool;

    private DecryptedContent(SpooledContent spool, ByteSource source) => (_spool, Source) = (spool, source);

    public ByteSource Source { get; }

    /// <summary>Decrypts all; what cannot be is a loss.</summary>
    public static DecryptedContent Of(DecoderStream stream, IMemberSink sink)
    {
        var spool = new SpooledContent(sink.Budget.Limits.SpoolMemoryBytes);
        try
        {
            int count;
            while ((count = stream.Read(spool.GetSpan())) > 0)
            {
                spool.Advance(count);
                if (!sink.Budget.ChargeProduced(count))
                    break;
            }
        }
        catch (CodecException exception)
        {
            sink.AddLoss(Ole2Faults.BadEncryption, stream.Input.Consumed, exception.Message);
        }

        return new(spool, spool.ToSource());
    }

    public void Dispose()
    {
        Source.Dispose();
        _spool.Dispose();
    }
}
