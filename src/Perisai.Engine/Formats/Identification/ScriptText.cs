using System.Text;

namespace Perisai.Engine.Formats.Identification;

/// <summary>
/// Tells scripts and program sources. Sure where the first characters name the interpreter; else by the words that lines begin with,
/// which is a guess: nothing but the name in reports hangs on it, as scripts and plain text are matched alike.
/// </summary>
internal static class ScriptText
{
    /// <summary>Lines judged.</summary>
    private const int MaximumLines = 60;

    /// <summary>Words at the beginning of a line, each with what they weigh. Lower case.</summary>
    private static readonly (string Word, int Weight)[] LineStarts =
    [
        ("@echo ", 3), ("@rem ", 3), ("@if ", 3), ("@powershell", 3), ("@setlocal", 3), ("rem ", 1), ("setlocal", 2), ("echo off", 2),
        ("option explicit", 3), ("on error resume next", 3), ("attribute vb_", 3), ("dim ", 1), ("set ", 1), ("sub ", 1), ("end sub", 2),
        ("private sub ", 2), ("public function ", 2), ("wscript.", 2), ("createobject(", 2), ("execute ", 1), ("const ", 1),
        ("function ", 1), ("var ", 1), ("let ", 1), ("(function", 2), ("!function", 2), ("export ", 1), ("module.exports", 2),
        ("'use strict'", 3), ("\"use strict\"", 3), ("try{", 2), ("try {", 2), ("eval(", 2), ("document.", 2), ("window.", 2), ("return ", 1),
        ("param(", 2), ("param (", 2), ("[cmdletbinding", 3), ("#requires ", 2), ("$", 1), ("write-host ", 2), ("invoke-", 2), ("iex ", 2),
        ("import ", 1), ("from ", 1), ("def ", 1), ("class ", 1), ("# -*- coding", 3), ("if __name__", 3), ("async def ", 2),
        ("use strict;", 3), ("use warnings", 3), ("package ", 1), ("my $", 2), ("require ", 1), ("sub new", 2),
        ("#include ", 3), ("#define ", 2), ("#ifndef ", 2), ("#ifdef ", 2), ("#pragma ", 2), ("using ", 1), ("namespace ", 1),
        ("public class ", 2), ("public static ", 2), ("static ", 1), ("typedef ", 2), ("struct ", 1), ("int ", 1), ("void ", 1), ("fn ", 1),
        ("if ", 1), ("if(", 1), ("for ", 1), ("for(", 1), ("while ", 1), ("else", 1), ("fi", 1), ("done", 1), ("esac", 2), ("local ", 1),
        ("[aliases]", 3), ("<job", 3), ("<package>", 2),
    ];

    /// <summary>A shebang, PHP, ASP, or an encoded script.</summary>
    public static bool HasInterpreter(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("#!"u8))
        {
            var rest = text[2..].TrimStart(" \t"u8);
            return !rest.IsEmpty && (rest[0] == '/' || rest.StartsWith("env "u8));
        }

        return text.StartsWith("#@~^"u8) || text.StartsWith("<%"u8) || text.Length > 4 && text[0] == '<'
            && (text.StartsWith("<?="u8) || Ascii.EqualsIgnoreCase(text[..5], "<?php") || text.StartsWith("<?\n"u8) || text.StartsWith("<?\r\n"u8));
    }

    /// <summary>Whether enough lines begin as those of programs do.</summary>
    public static bool LooksLikeProgram(ReadOnlySpan<byte> text)
    {
        var (lines, score, punctuated) = (0, 0, 0);
        while (!text.IsEmpty && lines < MaximumLines)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).Trim(" \t\r"u8);
            text = end < 0 ? default : text[(end + 1)..];
            if (line.IsEmpty || line[0] is (byte)'#' or (byte)'\'' or (byte)'*' or (byte)'/' && !line.StartsWith("#i"u8) && !line.StartsWith("#d"u8))
                continue;
            lines++;
            score += Weigh(line);
            if (line[^1] is (byte)';' or (byte)'{' or (byte)'}' or (byte)')' or (byte)':')
                punctuated++;
        }

        return score >= 3 && (score * 3 >= lines || punctuated * 2 >= lines);
    }

    private static int Weigh(ReadOnlySpan<byte> line)
    {
        var first = line[0] is >= (byte)'A' and <= (byte)'Z' ? line[0] | 0x20 : line[0];
        foreach (var (word, weight) in LineStarts)
        {
            if (word[0] == first && line.Length >= word.Length && Ascii.EqualsIgnoreCase(line[..word.Length], word))
                return weight;
        }

        return 0;
    }
}
