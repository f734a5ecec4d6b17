namespace Perisai.Engine.Containers.EncodedScript;

/// <summary>Looks for <see cref="ScriptDecoder.Mark"/> in bytes that come one at a time. No character of the mark but its first may begin another.</summary>
internal struct MarkSearch
{
    /// <summary>How many bytes of the mark the last bytes were, which wait to be known.</summary>
    public int Held { get; private set; }

    /// <summary>Takes a byte; true where it ends a mark.</summary>
    /// <param name="value">The byte. It is held, too, where <see cref="Held"/> is not 0 afterwards.</param>
    /// <param name="released">How many bytes of the mark were held before and are none of a mark.</param>
    public bool Take(byte value, out int released)
    {
        released = 0;
        if (value != ScriptDecoder.Mark[Held])
        {
            released = Held;
            Held = value == ScriptDecoder.Mark[0] ? 1 : 0;
            return false;
        }

        Held = (Held + 1) % ScriptDecoder.Mark.Length;
        return Held == 0;
    }
}
