using System.Text;
using System.Text.Unicode;

namespace Perisai.Engine.Containers;

/// <summary>Decodes stored names whose encoding the format does not state: UTF-8 where they are, one byte a character otherwise.</summary>
internal static class MemberName
{
    /// <summary>The name up to its first NUL.</summary>
    public static string Decode(ReadOnlySpan<byte> stored)
    {
        var end = stored.IndexOf((byte)0);
        if (end >= 0)
            stored = stored[..end];
        return Utf8.IsValid(stored) ? Encoding.UTF8.GetString(stored) : Encoding.Latin1.GetString(stored);
    }
}
