using System.Text;

namespace Perisai.Engine.Modules;

/// <summary>Digests as rules write them.</summary>
internal static class Hexadecimal
{
    /// <summary>Lower-case digits; null for null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(bytes))]
    public static byte[]? Of(byte[]? bytes) => bytes is null ? null : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
}
