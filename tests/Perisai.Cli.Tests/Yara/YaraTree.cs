using System.Text;

namespace Perisai.Cli.Tests.Yara;

/// <summary>Rules and files that the tests of yara's command line share.</summary>
public sealed class YaraTree : IDisposable
{
    private readonly TestFolder _folder = new();

    public YaraTree()
    {
        byte[] content = [.. "hello wo\\rld \0\u0001\u007f"u8, 0x80, 0xFF, .. " anon hello\n"u8, .. Encoding.Unicode.GetBytes("wo\\rld"),
            .. "secret"u8.ToArray().Select(value => (byte)(value ^ 0x21)), .. "hello"u8];
        foreach (var name in (string[])["a.bin", "tree/1", "tree/3", "tree/sub/2"])
            _folder.Write(name, content);
        _folder.Write("empty", "");
        _folder.Write("long.bin", "h" + new string('x', 700) + "\0");
        _folder.Write("many.bin", string.Concat(Enumerable.Repeat("hello", 30)) + new string('\0', 300));
        _folder.Write("tree/-odd name: \u00e9\n", content);
        File.CreateSymbolicLink(_folder["tree/link"], _folder["a.bin"]);
        File.CreateSymbolicLink(_folder["tree/broken"], "nothing");
        Directory.CreateSymbolicLink(_folder["tree/folder-link"], _folder["tree/sub"]);
        _folder.Write("list", "a.bin\nmissing\ntree\n");
        _folder.Write("plain.yar", Plain);
        _folder.Write("strings.yar", Strings);
        _folder.Write("places.yar", Places);
        _folder.Write("flags.yar", string.Concat(Enumerable.Range(0, 6).Select(i => $"rule r{i} : even{i % 2} {{ condition: {(i % 2 == 0 ? "true" : "false")} }}\n")));
        _folder.Write("meta.yar", [.. "rule m { meta: every = \""u8,
            .. Enumerable.Range(1, 255).SelectMany(i => Encoding.ASCII.GetBytes($"\\x{i:x2}")), .. "\" zero = \"\\x00a\" quote = \"it's\" condition: true }"u8]);
        _folder.Write("external.yar", "rule e { condition: v + 1 == 6 }");
        _folder.Write("console.yar", "import \"console\"\nrule c { condition: console.log(\"x \", 12) and console.log(\"\\x01y\") }");
        _folder.Write("wrong.yar", "rule a { condition: unknown }");
        _folder.Write("syntax.yar", "rule a { condition: ) }");
    }

    /// <summary>The folder in which commands run.</summary>
    public string Root => _folder.Path;

    private const string Plain = """
        global private rule gp { condition: filesize >= 0 }
        rule text : tagone tagtwo {
          meta:
            author = "me \"quoted\" \\ tab\t é \x01"
            num = 5
            neg = -7
            t = true
            f = false
          strings:
            $a = "hello"
            $b = "wo\\rld"
            $ = "anon"
            $p = "hello" private
          condition:
            any of them
        }
        private rule priv { strings: $a = "hello" condition: $a }
        rule dep { condition: priv }
        rule never { strings: $a = "hello" condition: $a and false }
        rule nothing : tagtwo { condition: false }
        """;

    private const string Strings = """
        rule kinds {
          strings:
            $w = "wo\\rld" wide ascii
            $x = "secret" xor
            $h = { 68 65 6c ?? 6f }
            $l = { 68 65 6c 6c 6f }
            $j = { 68 78 [600-800] 00 }
            $r = /h.l+o/
            $g = /hx{5,}/
            $n = "HELLO" nocase
            $b = "hello" base64
          condition:
            any of them
        }
        """;

    private const string Places = """
        rule at1 { strings: $h = "hello" condition: $h at 0 }
        rule at2 { strings: $h = "hello" condition: $h at 0 or #h > 5 }
        rule at3 { strings: $h = "hello" condition: $h at 0 and $h }
        rule at4 { strings: $h = "hello" condition: $h at 24 or $h at 0 }
        rule at5 { strings: $h = "hello" condition: $h at 8*3 }
        rule at6 { strings: $h = "hello" $i = "rld" condition: for any i in (0..30) : ( $h at i ) and $i at 9 }
        rule at7 { strings: $h = "hello" $i = "rld" condition: $h at 24 and any of them }
        rule at8 { strings: $h = "hello" condition: $h at filesize - 5 }
        rule inside { strings: $h = "hello" condition: $h in (0..10) }
        rule count { strings: $h = "hello" $i = "rld" condition: #h == 3 and $i }
        rule some { strings: $h = "hello" $i = "rld" condition: any of them in (0..10) }
        rule loop1 { strings: $h = "hello" $i = "rld" condition: for any of them : ( $ ) }
        rule loop2 { strings: $h = "hello" $i = "rld" condition: for any of them : ( # > 0 ) }
        rule loop3 { strings: $h = "hello" $i = "rld" condition: for any of ($h) : ( @ > 0 ) and $i }
        """;

    public void Dispose() => _folder.Dispose();
}
