using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.ClamAv;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Lines that are wrong or not supported: what is said and where. The caret of each line stands under the column.</summary>
public sealed class BodyDiagnosticTests
{
    public static TheoryData<string, string, string, string> Malformed { get; } = new()
    {
        // extension, line, id, caret
        { "ndb", "A:0:*", "clamav.field-count", "     ^" },
        { "ndb", "A:0:*:616263:1:2:3", "clamav.field-count", "                  ^" },
        { "ndb", ":0:*:616263", "clamav.empty-name", "^" },
        { "ndb", "A:x:*:616263", "clamav.target", "  ^" },
        { "ndb", "A:0:*:616263:x", "clamav.level", "             ^" },
        { "ndb", "A:0:*:616263:1:x", "clamav.level", "               ^" },
        { "ndb", "A:0:x:616263", "clamav.offset", "    ^" },
        { "ndb", "A:0:EP+0:616263", "clamav.offset", "    ^" },
        { "ndb", "A:2:VI:616263", "clamav.offset", "    ^" },
        { "ndb", "A:1:S+0:616263", "clamav.offset", "    ^" },
        { "ndb", "A:1:EP*0:616263", "clamav.offset", "    ^" },
        { "ndb", "A:0:0,x:616263", "clamav.offset", "    ^" },
        { "ndb", "A:0:$32$:616263", "clamav.offset", "    ^" },
        { "ndb", "A:0:*:61626", "clamav.hex-odd-digit", "          ^" },
        { "ndb", "A:0:*:6162g3", "clamav.hex-digit", "          ^" },
        { "ndb", "A:0:*:61626(63)", "clamav.hex-odd-digit", "           ^" },
        { "ndb", "A:0:*:6162", "clamav.fixed-bytes", "      ^" },
        { "ndb", "A:0:*:61??62", "clamav.fixed-bytes", "      ^" },
        { "ndb", "A:0:*:616263*61??62", "clamav.fixed-bytes", "             ^" },
        { "ndb", "A:0:*:616263*", "clamav.fixed-bytes", "             ^" },
        { "ndb", "A:0:*:616263{1-x}646566", "clamav.gap", "            ^" },
        { "ndb", "A:0:*:616263{1-2646566", "clamav.gap", "            ^" },
        { "ndb", "A:0:*:616263(64*65)", "clamav.gap", "               ^" },
        { "ndb", "A:0:*:61[1-33]626364", "clamav.byte-gap", "        ^" },
        { "ndb", "A:0:*:61[3-2]626364", "clamav.byte-gap", "        ^" },
        { "ndb", "A:0:*:6162[1-2]636465", "clamav.byte-gap", "          ^" },
        { "ndb", "A:0:*:61[1-2626364", "clamav.byte-gap", "        ^" },
        { "ndb", "A:0:*:616263(64", "clamav.parenthesis", "            ^" },
        { "ndb", "A:0:*:616263()", "clamav.parenthesis", "             ^" },
        { "ndb", "A:0:*:616263(|64)", "clamav.parenthesis", "             ^" },
        { "ndb", "A:0:*:616263!(64|6566)", "clamav.negation", "              ^" },
        { "ndb", "A:0:*:616263(64!(65)|66)", "clamav.negation", "               ^" },
        { "ndb", "A:0:*:616263(6x)", "clamav.hex-odd-digit", "             ^" },
        { "db", "A:616263", "clamav.field-count", "        ^" },
        { "db", "=616263", "clamav.empty-name", "^" },
        { "db", "A=61626x", "clamav.hex-digit", "       ^" },
        { "ldb", "A;Target:0;0", "clamav.field-count", "            ^" },
        { "ldb", ";Target:0;0;616263", "clamav.empty-name", "^" },
        { "ldb", "A;Target:0;0&1;616263", "clamav.subsignature-count", "           ^" },
        { "ldb", "A;Target:0;0;616263;616263", "clamav.subsignature-count", "           ^" },
        { "ldb", "A;Target:0;(0;616263", "clamav.expression", "           ^" },
        { "ldb", "A;Target:0;0);616263", "clamav.expression", "            ^" },
        { "ldb", "A;Target:0;0&;616263", "clamav.expression", "            ^" },
        { "ldb", "A;Target:0;&0;616263", "clamav.expression", "           ^" },
        { "ldb", "A;Target:0;0>x;616263", "clamav.expression", "            ^" },
        { "ldb", "A;Target:0;x;616263", "clamav.expression", "           ^" },
        { "ldb", "A;Target:0;(0)=2;616263", "clamav.expression", "             ^" },
        { "ldb", "A;Engine:51-255;0;616263", "clamav.target-description", "  ^" },
        { "ldb", "A;Target:0,Engine:51-255;0;616263", "clamav.target-description", "           ^" },
        { "ldb", "A;Target:0,FileSize:1-2;0;616263", "clamav.target-description", "  ^" },
        { "ldb", "A;Engine:51-255,Target:0,FileSize:12;0;616263", "clamav.target-description", "                                  ^" },
        { "ldb", "A;Engine:51-255,Target:0,EntryPoint:1-2;0;616263", "clamav.target-description", "  ^" },
        { "ldb", "A;Engine:51-255,Target:x;0;616263", "clamav.target-description", "                       ^" },
        { "ldb", "A;Engine:51-255,Target;0;616263", "clamav.target-description", "                ^" },
        { "ldb", "A;Target:0;0;616263::q", "clamav.modifier", "                     ^" },
        { "ldb", "A;Target:0;0;!(61|62)636465::i", "clamav.negation", "               ^" },
        { "ldb", "A;Target:0;0&1;616263;/abc/", "clamav.regex", "                      ^" },
        { "ldb", "A;Target:0;0&1;616263;1/abc/", "clamav.regex", "                      ^" },
        { "ldb", "A;Target:0;0&1;616263;0/abc/q", "clamav.regex", "                            ^" },
        { "ldb", "A;Target:0;0&1;616263;0x/abc/i:", "clamav.offset", "                      ^" },
        { "ldb", "A;Target:0;0&1;616263;0(>>1#ib3#>1)", "clamav.byte-compare", "                            ^" },
        { "ldb", "A;Target:0;0&1;616263;0(>1#ib1#>1)", "clamav.byte-compare", "                        ^" },
        { "ldb", "A;Target:0;0&1;616263;0(>>1#ib1#1)", "clamav.byte-compare", "                                ^" },
        { "ldb", "A;Target:0;0&1;616263;0(>>1#dl1#>1)", "clamav.byte-compare", "                            ^" },
        { "ldb", "A;Target:0;0&1;616263;0(>>1#ib1#>1,<2,=3)", "clamav.byte-compare", "                                ^" },
        { "ldb", "A;Target:0;0&1;616263;${1-2}32$", "clamav.macro", "                      ^" },
        { "ldb", "A;Target:5;0;fuzzy_img#af2ad01ed42993c", "clamav.fuzzy-image", "                       ^" },
        { "ldb", "A;Target:5;0;fuzzy_img#af2ad01ed42993cg", "clamav.fuzzy-image", "                       ^" },
        { "ldb", "A;Target:5;0;fuzzy_img#af2ad01ed42993c7#1", "clamav.fuzzy-image", "                                        ^" },
        { "ldb", "A;Target:5;0;fuzzy_img#af2ad01ed42993c7#", "clamav.fuzzy-image", "                                        ^" },
    };

    public static TheoryData<string, string, string> Unsupported { get; } = new()
    {
        { "ndb", "A:15:*:616263", "a target type above 14" },
        { "ndb", "A:0:*:616263:217", "meant for other functionality levels than 216" },
        { "ndb", "A:0:*:616263:1:215", "meant for other functionality levels than 216" },
        { "ldb", "A;Engine:217-255,Target:0;0;616263", "meant for other functionality levels than 216" },
        { "ldb", "A;Engine:51-255,Target:0,IconGroup1:X;0;616263", "icons of objects that are no programs for Windows (target 1), which ClamAV never finds" },
        { "ldb", "A;Engine:51-255,Target:0,HandlerType:CL_TYPE_NOTHING;0;616263", "the handler type CL_TYPE_NOTHING" },
        { "ldb", "A;Engine:51-255,Target:0,Unheard:1;0;616263", "an attribute that ClamAV 1.4 does not know either" },
        { "ndb", "A:0:*:616263{3-2}646566", "a gap whose greatest length is below its least, which can never match" },
        { "db", "A==616263", "an encoded body (==), which ClamAV passes over as well" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_line_is_told_by_id_line_and_column(string extension, string line, string id, string caret)
    {
        var output = Parse(extension, line);
        var diagnostic = Assert.Single(output.Diagnostics);
        Assert.Equal((id, $"x.{extension}", 12, caret.Length), (diagnostic.Id, diagnostic.File, diagnostic.Line, diagnostic.Column));
        Assert.True(diagnostic.IsError);
        Assert.Empty(output.Definitions);
        Assert.Empty(output.Unsupported);
    }

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void A_line_that_is_not_supported_is_counted_by_reason(string extension, string line, string reason)
    {
        var output = Parse(extension, line);
        Assert.Equal(reason, Assert.Single(output.Unsupported));
        Assert.Empty(output.Definitions);
        Assert.Empty(output.Diagnostics);
    }

    [Fact]
    public void Clamscan_refuses_every_line_that_is_told_to_be_malformed()
    {
        ClamScan.SkipWithoutIt();
        var loaded = Malformed.Select(row => row.Data).Where(row => ClamScan.Loads(row.Item1, row.Item2)).Select(row => row.Item2);
        Assert.Empty(loaded);
    }

    private static DefinitionList Parse(string extension, string line)
    {
        var output = new DefinitionList();
        var location = new SourceLocation($"x.{extension}", 12);
        switch (extension)
        {
            case "ndb":
                ExtendedSignature.Parse(line, location, DefinitionFlags.None, output);
                break;
            case "db":
                LegacySignature.Parse(line, location, DefinitionFlags.None, output);
                break;
            default:
                LogicalSignature.Parse(line, location, DefinitionFlags.None, output);
                break;
        }

        return output;
    }
}
