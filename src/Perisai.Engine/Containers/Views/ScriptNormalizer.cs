using System.Globalization;
using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Writes a script of a page as ClamAV's definitions expect it: without comments and needless space, in lower case, declared names as
/// <c>n000</c>, strings in double quotes and joined, <c>unescape</c>, <c>eval</c> of strings and two packers undone. Measured with clamscan 1.4.6. No more than
/// a tokenizer.
/// </summary>
internal sealed class ScriptNormalizer
{
    /// <summary>Bytes of one script that are looked at: a token costs twenty more.</summary>
    public const int MaximumLength = 4 << 20;

    private readonly ScriptTokens _tokens = new();
    private readonly ScriptScopes _scopes = new();

    /// <summary>
    /// Writes a script; of <paramref name="text"/> is what follows its tag, with the tag that ends it. False where something packed in it was too long to be
    /// unpacked, and is written as it is.
    /// </summary>
    public static bool Write(ReadOnlySpan<byte> text, ViewWriter output, ScanBudget budget)
    {
        var script = new ScriptNormalizer();
        var tokenizer = new ScriptTokenizer(script._tokens, script._scopes, budget);
        tokenizer.Read(text);
        tokenizer.Close();
        var first = script._tokens.First;
        var unpacker = new ScriptUnpacker(script._tokens, script._scopes, budget);
        unpacker.Unpack(ref first);
        output.Write("<script>"u8);
        script.WriteTokens(first, script.EndTag(first), output, budget);
        output.Write("</script>"u8);
        return !unpacker.LeftPacked;
    }

    /// <summary>
    /// The tag that ends the script went through the tokenizer too; it is written for itself, unless it was taken for something else. Its first token; -1
    /// where it is not the end.
    /// </summary>
    private int EndTag(int first)
    {
        // The last four.
        Span<int> last = [-1, -1, -1, -1];
        for (var token = first; token >= 0; token = _tokens.Next(token))
        {
            last[1..].CopyTo(last);
            last[3] = token;
        }

        return _tokens.IsMark(last[0], '<') && _tokens.IsMark(last[1], '/') && _tokens.IsMark(last[3], '>') && _tokens[last[2]].Kind == ScriptTokenKind.Word
            && Ascii.EqualsIgnoreCase(_tokens.TextOf(last[2]), "script"u8) && _scopes.Find(_tokens.TextOf(last[2]), _tokens[last[2]].Scope) < 0
            ? last[0] : -1;
    }

    private void WriteTokens(int first, int end, ViewWriter output, ScanBudget budget)
    {
        var before = (byte)0;
        Span<byte> number = stackalloc byte[12];
        var count = 0;
        for (var index = first; index >= 0 && index != end; index = _tokens.Next(index))
        {
            if ((count++ & 0xFFF) == 0 && !budget.CheckTime())
                return;
            var token = _tokens[index];
            var text = _tokens.TextOf(index);
            var (opens, closes) = token.Kind switch
            {
                ScriptTokenKind.FunctionEnd => (before, before),
                ScriptTokenKind.Word or ScriptTokenKind.Number => ((byte)'a', (byte)'a'),
                ScriptTokenKind.Text => ((byte)'"', (byte)'"'),
                _ => text.IsEmpty ? ((byte)0, (byte)0) : (text[0], text[^1]),
            };
            if (token.Kind != ScriptTokenKind.FunctionEnd && char.IsAsciiLetterOrDigit((char)before) && char.IsAsciiLetterOrDigit((char)opens))
                output.Write((byte)' ');
            if (token.Kind == ScriptTokenKind.Word && _scopes.Find(text, token.Scope) is >= 0 and var declared)
            {
                output.Write((byte)'n');
                declared.TryFormat(number, out var length, "D3", CultureInfo.InvariantCulture);
                output.Write(number[..length]);
            }
            else
            {
                WriteText(text, token.Kind == ScriptTokenKind.Text, output);
            }

            before = closes;
        }
    }

    private static void WriteText(ReadOnlySpan<byte> text, bool isQuoted, ViewWriter output)
    {
        if (isQuoted)
            output.Write((byte)'"');
        foreach (var value in text)
            output.Write(ScriptTokenizer.IsSpace(value) ? (byte)' ' : value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value);
        if (isQuoted)
            output.Write((byte)'"');
    }
}
