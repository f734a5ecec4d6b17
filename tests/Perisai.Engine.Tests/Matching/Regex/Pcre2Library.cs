using System.Runtime.InteropServices;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Tests.Matching.Regex;

/// <summary>
/// The system's own PCRE2 (libpcre2-8.so.0, 10.42 in Debian 12), as the reference in differential tests. Test only; tests skip where it
/// is missing or of another version, because accepted syntax differs between versions.
/// </summary>
internal static unsafe partial class Pcre2Library
{
    public const int NoMatch = -1;
    public const int MatchLimit = -47;
    public const int RecursionLoop = -52;

    private const string Library = "libpcre2-8.so.0";
    private const uint ConfigVersion = 11;

    /// <summary>Skips the running test where the library cannot serve.</summary>
    public static void SkipUnlessUsable()
    {
        if (!NativeLibrary.TryLoad(Library, out _))
            Assert.Skip($"{Library} is not installed (Debian: libpcre2-8-0).");
        var buffer = stackalloc byte[64];
        Config(ConfigVersion, buffer);
        var version = Marshal.PtrToStringUTF8((nint)buffer) ?? "";
        if (!version.StartsWith("10.42", StringComparison.Ordinal))
            Assert.Skip($"The installed PCRE2 is {version}; the reference is 10.42.");
    }

    /// <summary>Compiles; null and an error number above 100 where PCRE2 refuses.</summary>
    public static Pattern? Compile(byte[] expression, ByteRegexOptions options, out int error)
    {
        // Two optimisations of 10.42 are wrong in rare cases and are left out. NO_START_OPTIMIZE: a byte of a group repeated {0} times is
        // taken for required. NO_AUTO_POSSESS: in a*(b)?+a the first loop is made to give nothing back.
        uint flags = 0x00010000 | 0x00004000;
        flags |= options.HasFlag(ByteRegexOptions.Caseless) ? 0x8u : 0;
        flags |= options.HasFlag(ByteRegexOptions.DollarEndOnly) ? 0x10u : 0;
        flags |= options.HasFlag(ByteRegexOptions.DotAll) ? 0x20u : 0;
        flags |= options.HasFlag(ByteRegexOptions.Extended) ? 0x80u : 0;
        flags |= options.HasFlag(ByteRegexOptions.Multiline) ? 0x400u : 0;
        flags |= options.HasFlag(ByteRegexOptions.Ungreedy) ? 0x40000u : 0;
        flags |= options.HasFlag(ByteRegexOptions.Anchored) ? 0x80000000u : 0;
        fixed (byte* text = expression)
        {
            byte empty = 0;
            nuint offset;
            int number;
            var code = Compile(text == null ? &empty : text, (nuint)expression.Length, flags, &number, &offset, null);
            error = number;
            return code == null ? null : new Pattern(code);
        }
    }

    [LibraryImport(Library, EntryPoint = "pcre2_config_8")]
    private static partial int Config(uint what, void* where);

    [LibraryImport(Library, EntryPoint = "pcre2_compile_8")]
    private static partial void* Compile(byte* pattern, nuint length, uint options, int* error, nuint* offset, void* context);

    [LibraryImport(Library, EntryPoint = "pcre2_code_free_8")]
    private static partial void FreeCode(void* code);

    [LibraryImport(Library, EntryPoint = "pcre2_match_data_create_from_pattern_8")]
    private static partial void* CreateMatchData(void* code, void* context);

    [LibraryImport(Library, EntryPoint = "pcre2_match_data_free_8")]
    private static partial void FreeMatchData(void* data);

    [LibraryImport(Library, EntryPoint = "pcre2_match_context_create_8")]
    private static partial void* CreateMatchContext(void* context);

    [LibraryImport(Library, EntryPoint = "pcre2_match_context_free_8")]
    private static partial void FreeMatchContext(void* context);

    [LibraryImport(Library, EntryPoint = "pcre2_set_match_limit_8")]
    private static partial int SetMatchLimit(void* context, uint limit);

    [LibraryImport(Library, EntryPoint = "pcre2_match_8")]
    private static partial int Match(void* code, byte* subject, nuint length, nuint start, uint options, void* data, void* context);

    [LibraryImport(Library, EntryPoint = "pcre2_get_ovector_pointer_8")]
    private static partial nuint* GetVector(void* data);

    [LibraryImport(Library, EntryPoint = "pcre2_get_ovector_count_8")]
    private static partial uint GetVectorCount(void* data);

    internal sealed class Pattern(void* code) : IDisposable
    {
        private readonly void* _code = code;

        /// <summary>
        /// Below 0 an error or no match, else the number of pairs that may be set. Pairs are start and end, -1 where unset; pair 0 is the match.
        /// </summary>
        public int Match(ReadOnlySpan<byte> subject, int start, uint limit, out int[] vector)
        {
            var data = CreateMatchData(_code, null);
            var context = CreateMatchContext(null);
            _ = SetMatchLimit(context, limit);
            try
            {
                vector = [];
                byte empty = 0;
                fixed (byte* bytes = subject)
                {
                    var result = Pcre2Library.Match(
                        _code, bytes == null ? &empty : bytes, (nuint)subject.Length, (nuint)start, 0, data, context);
                    if (result < 0)
                        return result;
                    vector = new int[GetVectorCount(data) * 2];
                    var values = GetVector(data);
                    for (var i = 0; i < vector.Length; i++)
                        vector[i] = i < result * 2 ? (int)(long)values[i] : -1;
                    return result;
                }
            }
            finally
            {
                FreeMatchContext(context);
                FreeMatchData(data);
            }
        }

        public void Dispose() => FreeCode(_code);
    }
}
