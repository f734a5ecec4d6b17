using System.Buffers.Text;

namespace Perisai.Engine.Containers.Codecs.Text;

/// <summary>Reads the parameters of yEnc's keyword lines.</summary>
internal static class YEncLine
{
    public static bool TryNumber(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out long value)
    {
        value = 0;
        var at = line.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(line[(at + key.Length)..], out value, out _) && value >= 0;
    }

    public static bool TryHex(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out uint value)
    {
        value = 0;
        var at = line.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(line[(at + key.Length)..], out value, out _, 'x');
    }
}
