using System.Text;
using Perisai.Engine.Containers.Views;

namespace Perisai.Engine.Tests.Containers.Views;

/// <summary>The view of scripts in pages. What is expected was taken from clamscan 1.4.6, as everywhere here.</summary>
public sealed class ScriptViewTests
{
    [Theory]
    [InlineData("var Foo = \"A\" ; Foo=Bar(Foo)", "var n000=\"a\";n000=bar(n000)")]
    [InlineData("function f(a,b){var c=a;return c+b}f(1,2)", "function n000(n001,n002){var n003=n001;return n003+n002}f(1,2)")]
    [InlineData("x=0x41;y=017;z=1.50;w=1e5;v=.5;u=9223372036854775807", "x=0 x41;y=17;z=1.5;w=1 e5;v=.5;u=-1")]
    [InlineData("a=\"x\"+'y'+z+\"A\" + \"B\"", "a=\"xy\"+z+\"ab\"")]
    [InlineData("a=\"\\x41\\u0042\\n\\t\\101\\\\\\\"\\'q\"", "a=\"ab  101\\\"'q\"")]
    [InlineData("unescape(\"%41%42%u0043\")", "\"abc\"")]
    [InlineData("eval(unescape(\"%61lert(1)\"))", "alert(1)")]
    [InlineData("eval(\"var q=1;q\")+1", "var n000=1;+1")]
    [InlineData("a;// foo bar\n/* gone */b //gone\nc", "a;foo bar b c")]
    [InlineData("a=1;var a;o={a:1};b.a", "n000=1;var n000;o={n000:1};b.a")]
    [InlineData("var a=1,b;{var c,d}b;d", "var n000=1,n001;{var n002,d}n001;d")]
    [InlineData("function(a,b={},c){c}", "function(n000,n001={},c){c}")]
    [InlineData("var a;var a;a", "var n001;var n001;n001")]
    [InlineData("a/\"b/;c", "a/\"b/;c</script>\"")]
    [InlineData("a(b", "a(b</script>)")]
    [InlineData("return  typeof  x;a\n++b", "return typeof x;a++b")]
    [InlineData("/^\\s*([^\\.])/", "/^ s*([^.])/")]
    [InlineData("var m=1\nf.on('x',(e)=>{e.g=this.m})", "var n000=1 f.on(\"x\",(n001)=>{n001.g=this.m})")]
    [InlineData("{var a=1;}f(b,class,c,d)", "{var n000=1;}f(b,class,n001,n002)")]
    [InlineData("x=1.25em;y=1.5e+2;z=2.e", "x=1.25 m;y=150;z=2")]
    [InlineData("a `b \\`${c} d\\ne\\u0041f", "a b  ${c}d ne\\0041f")]
    [InlineData("a='\\\\';b='c'", "a=\"\\';b=\"c\"</script>\"")]
    [InlineData("unescape('%41'+x);eval('var q=1;q;');var z=q", "\"a\"x);var n001=1;n001;var n000=n001")]
    [InlineData(
        "eval(function(p,a,c,k,e,d){return p}('0 1=\\'2\\';1(3)',10,4,'var|x||f'.split('|'),0,{}))",
        "eval(function(n000,n001,n002,n003,n004,n005){return n000}(var n006=\"2\";n006(f)))")]
    [InlineData("a;dF('%2634%2635%271');b", "a;b</script>$&")]
    public void A_script_is_written_as_clamscan_writes_it(string script, string expected)
    {
        var page = new MemoryByteSource(Encoding.Latin1.GetBytes($"<html><script>{script}</script>after"));
        var sink = new RecordingSink();
        ViewChoice.For(page)!.Read(page, sink);
        var views = sink.Members.Where(member => member.Name == "javascript").ToList();
        Assert.Equal([FileType.Html, FileType.Text], views.Select(view => view.DeclaredType));
        Assert.All(views, view => Assert.Equal($"<script>{expected}</script>", Encoding.Latin1.GetString(view.Content)));
    }

    [Fact]
    public void Each_script_is_written_by_itself()
    {
        var page = new MemoryByteSource("<html><script>var a</script><SCRIPT src=x></SCRIPT><script>var b;a</script>"u8.ToArray());
        var sink = new RecordingSink();
        ViewChoice.For(page)!.Read(page, sink);
        Assert.Equal(
            "<script>var n000</script>\n<script></script>\n<script>var n000;a</script>",
            Encoding.Latin1.GetString(sink.Members.First(member => member.Name == "javascript").Content));
    }

    /// <summary>Deep nesting and endless declarations cost memory in proportion, and no more.</summary>
    [Theory]
    [InlineData("function f(a){")]
    [InlineData("eval(\"")]
    [InlineData("var a,")]
    [InlineData("((((")]
    [InlineData("\"x\"+")]
    public void Repetition_is_survived(string piece)
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 50_000)));
        var budget = new ScanBudget(ScanLimits.Default);
        using var view = new ViewWriter(budget, isWanted: true);
        ScriptNormalizer.Write(text, view, budget);
        Assert.False(view.IsEmpty);
        Assert.Equal(BudgetLimit.None, budget.Exhausted);
    }
}
