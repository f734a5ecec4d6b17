using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Lzfse;

/// <summary>
/// Decodes LZVN: each opcode says how many literal bytes follow it, how long a match is, and how far back it lies, in one of eight layouts.
/// </summary>
internal static class LzvnDecoder
{
    private const int EndLength = 8;
    private const int MinMatch = 3;
    private const int LongBase = 16;

    private readonly ref struct Operation(int length, int literals, int match, int distance)
    {
        public readonly int Length = length;
        public readonly int Literals = literals;
        public readonly int Match = match;
        public readonly int Distance = distance;
    }

    /// <summary>
    /// Decodes into <paramref name="output"/> from a position on, and returns the end of what was decoded, which is short where the data make no
    /// sense; <paramref name="consumed"/> is the place behind the end mark.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output, int position, out int consumed)
    {
        var at = 0;
        var distance = 0;
        consumed = 0;
        while (at < input.Length && position < output.Length)
        {
            int code = input[at];
            if (code == 6)
            {
                consumed = at + EndLength;
                return position;
            }

            if (code is 14 or 22)
            {
                at++;
                continue;
            }

            if (!TryRead(input[at..], distance, out var operation))
                return position;
            at += operation.Length;
            var literals = Math.Min(operation.Literals, Math.Min(input.Length - at, output.Length - position));
            input.Slice(at, literals).CopyTo(output[position..]);
            position += literals;
            at += literals;
            distance = operation.Distance;
            if (literals < operation.Literals || operation.Match == 0)
                continue;
            if (distance == 0 || distance > position)
                return position;
            for (var end = Math.Min(output.Length, position + operation.Match); position < end; position++)
                output[position] = output[position - distance];
        }

        // The end mark follows what fills the output.
        consumed = at < input.Length && input[at] == 6 ? at + EndLength : at;
        return position;
    }

    private static bool TryRead(ReadOnlySpan<byte> input, int distance, out Operation operation)
    {
        int code = input[0];
        int second = input.Length > 1 ? input[1] : 0;
        int third = input.Length > 2 ? input[2] : 0;
        var literals = code >> 6;
        var match = ((code >> 3) & 7) + MinMatch;
        operation = default;
        switch (code)
        {
            case 0xE0:
                operation = new(2, second + LongBase, 0, distance);
                return true;
            case > 0xE0 and < 0xF0:
                operation = new(1, code & 15, 0, distance);
                return true;
            case 0xF0:
                operation = new(2, 0, second + LongBase, distance);
                return true;
            case > 0xF0:
                operation = new(1, 0, code & 15, distance);
                return true;
            case >= 0xA0 and < 0xC0:
                operation = new(3, (code >> 3) & 3, ((code & 7) << 2 | (second & 3)) + MinMatch, second >> 2 | third << 6);
                return true;
            case >= 0x70 and < 0x80 or >= 0xD0 and < 0xE0:
                return false;
        }

        switch (code & 7)
        {
            case 7:
                operation = new(3, literals, match, BinaryPrimitives.ReadUInt16LittleEndian([(byte)second, (byte)third]));
                return true;
            case 6:
                // Without literal bytes there would be nothing between two matches of the same distance.
                operation = new(1, literals, match, distance);
                return literals > 0;
            default:
                operation = new(2, literals, match, (code & 7) << 8 | second);
                return true;
        }
    }
}
