using System.Collections.Frozen;

namespace Perisai.Engine.Scanning.Links;

/// <summary>
/// Top-level domains as ClamAV 1.4 knows them: those of 2008, found by asking clamscan about every name of two letters and every one of today's. The newer ones are
/// none for it, so that <c>bank.app</c> is a text, and <c>http://bank.app</c> a link all the same.
/// </summary>
internal static class TopLevelDomains
{
    private const string Countries =
        "ac ad ae af ag ai al am an ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd "
        + "cf cg ch ci ck cl cm cn co cr cu cv cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg "
        + "gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp "
        + "kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne "
        + "nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk "
        + "sl sm sn so sr st su sv sy sz tc td tf tg th tj tk tl tm tn to tp tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu "
        + "wf ws ye yt yu za zm zw";

    private const string Others =
        "aero arpa asia biz cat com coop edu gov info int jobs mil mobi museum name net org pro tel travel xn--0zwm56d xn-- "
        + "11b5bs3a9aj6g xn--80akhbyknj4f xn--9t4b11yi5a xn--deba0ad xn--g6w251d xn--hgbk6aj7f53bba xn--hlcj6aya9esc7a xn--jxalpdlp "
        + "xn--kgbechtv xn--zckzah";

    private static readonly FrozenSet<string> s_countries = Countries.Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> s_others = Others.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool IsCountry(ReadOnlySpan<char> name) => s_countries.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    public static bool Contains(ReadOnlySpan<char> name) => IsCountry(name) || s_others.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);
}
