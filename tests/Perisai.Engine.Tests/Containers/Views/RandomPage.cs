using System.Text;

namespace Perisai.Engine.Tests.Containers.Views;

/// <summary>Pages of random markup, right and wrong.</summary>
internal static class RandomPage
{
    private static readonly string[] s_pieces =
    [
        "Some Text", " ", "  ", "\n", "\t", "\r\n", "\r", "<b>", "</b>", "<P class=X>", "<i a=\"b c\" d='E'>", "<br/>", "<!-- a comment -->", "<!-- a > b -->", "<!DOCTYPE html>",
        "&lt;", "&amp;", "&eacute;", "&euro;", "&foo;", "&#65;", "&#x42", "&", "<a href=\"http://Example.org/?a=b&amp;c\">Link</a>", "<img src='X y' alt=Z>",
        "<style>p { color : Red }</style>", "<td  width = 10>", "'quoted'", "\"double\"", "<", ">", "=", "<span title=\"it's &gt; it\">", "\u00e9", "\u00e3\u0080\u0082",
        "<b x='a \"b\" c' d>", "<>", "</>", "<?php echo 1 ?>", "W0rds of 2 more, and 3!", "<h1 id=a-B_c>Heading</h1>", "0123456789",
        "<script>var Foo = \"A\" + 'b' ; Foo.Bar( Foo )</script>", "<script language=x>\nfunction f( a, b ){ return a+b } // done\n</script>",
        "<script>document.write(unescape('%3cb%3E'));</script>", "&rsqb;&Acy;&apos;&epsi;", "<a href='one two three'>text</a>", "<a href=\"{{ x|y }}\">text</a>",
        "<dt icon=\"data:image/png;base64,AAAA\"><dt icon=x>", "<script>if (a << (b)) c\n</script>", "<script>var m = 1\nm.on('x', (e) => { e.g = class })</script>",
        "<script>eval(function(p,a,c,k,e,r){return p}('0 1=2(1)',3,3,'var|x|f'.split('|'),0,{}))</script>", "<script>eval('var q = 1.5e+2; q;'); var z = `\\`${q}`</script>",
    ];

    public static string Make(Random random)
    {
        var page = new StringBuilder("<html>");
        for (var i = random.Next(20, 120); i > 0; i--)
            page.Append(s_pieces[random.Next(s_pieces.Length)]);
        return page.Append("</html>").ToString();
    }
}
