using System.Buffers;

namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>
/// A decoder of binary data in the clothes of text. Its output never needs more room than its input, so that small parts (most of
/// a mail) take small buffers.
/// </summary>
internal abstract class TextDecoderStream : DecoderStream
{
    private const int LargestOutput = 64 << 10;

    protected TextDecoderStream(CodecInput input)
        : base(input)
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (Output.Length > 0)
            ArrayPool<byte>.Shared.Return(Output);
        Output = [];
        OutputStart = OutputEnd = 0;
        base.Dispose(disposing);
    }

    /// <summary>Empties the output and makes room for what is left of the input, at most 64 KiB.</summary>
    protected void BeginOutput(int atLeast = 256)
    {
        OutputStart = OutputEnd = 0;
        var wanted = (int)Math.Clamp(Input.Remaining, atLeast, LargestOutput);
        if (Output.Length >= wanted)
            return;
        if (Output.Length > 0)
            ArrayPool<byte>.Shared.Return(Output);
        Output = ArrayPool<byte>.Shared.Rent(wanted);
    }

    /// <summary>Whether anything is left to read; sets <see cref="DecoderStream.Finished"/> where not.</summary>
    protected bool HasInput()
    {
        if (Input.Available > 0 || Input.Fill())
            return true;
        Finished = true;
        return false;
    }

    /// <summary>
    /// The next line without its line end, which is consumed; at most <paramref name="longest"/> bytes of it, and the rest is then the
    /// next line. False at the end.
    /// </summary>
    protected bool TryReadLine(int longest, out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var window = Input.Buffer.AsSpan(Input.Position, Math.Max(0, Input.Available));
            var end = window[..Math.Min(window.Length, longest)].IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = window[..end];
                Input.Position += end + 1;
                break;
            }

            if (window.Length < longest && Input.Fill())
                continue;
            line = window[..Math.Min(window.Length, longest)];
            Input.Position += line.Length;
            if (line.IsEmpty)
                return false;
            break;
        }

        if (!line.IsEmpty && line[^1] == '\r')
            line = line[..^1];
        return true;
    }
}
