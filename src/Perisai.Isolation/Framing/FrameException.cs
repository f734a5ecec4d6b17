namespace Perisai.Isolation.Framing;

/// <summary>
/// The other side broke the protocol. After it nothing of the stream is to be believed: the reader that threw it throws it again. It is the one
/// exception that reading frames gives, whatever the bytes are.
/// </summary>
public sealed class FrameException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public FrameException(FrameFault fault, string message, Exception? cause = null)
        : base(message, cause) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public FrameFault Fault { get; }
}
