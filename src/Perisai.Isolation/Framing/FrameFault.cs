namespace Perisai.Isolation.Framing;

/// <summary>What is wrong with a stream of frames.</summary>
public enum FrameFault
{
    /// <summary>The stream ends within a frame.</summary>
    Truncated,

    /// <summary>The header does not begin as a header does.</summary>
    NoFrame,

    /// <summary>The kind of the frame is none that is known.</summary>
    UnknownKind,

    /// <summary>The frame is not the next one.</summary>
    WrongSequence,

    /// <summary>The frame says that it is longer than a frame may be.</summary>
    TooLarge,

    /// <summary>The stream cannot be read: the other side is gone, or the descriptor fails.</summary>
    Unreadable,

    /// <summary>The values in a payload are not what its kind has, or more than the limits allow.</summary>
    BadPayload,
}
