using System.Text;
using System.Text.Json;

namespace Perisai.Engine.Modules.Androguard;

/// <summary>What <see cref="AndroguardModule"/> knows of an object.</summary>
internal sealed class AndroguardFacts(JsonElement report) : RuleStruct
{
    private JsonElement Used => report.Member("permissions", "permissions_uses");

    private JsonElement Declared => report.Member("new_permissions", "permissions_new");

    public override RuleValue Get(int field) => field switch
    {
        0 => RuleValue.Of(new CertificateFacts(report.Member("certificate", "certificates"))),
        1 => Version("min_sdk_version"),
        2 => Version("max_sdk_version"),
        3 => Version("target_sdk_version"),
        4 => RuleValue.Of(Used.Elements().LongCount() + Declared.Elements().LongCount()),
        5 => RuleValue.Of(Used.Elements().LongCount()),
        6 => RuleValue.Of(Declared.Elements().LongCount()),
        _ => RuleValue.Undefined,
    };

    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        var wanted = arguments[0];
        return RuleValue.Of(field switch
        {
            7 => Any(report.Member("urls"), wanted),
            8 => report.Member("app_name").Fits(wanted),
            9 => report.Member("package_name").Fits(wanted),
            10 => report.Member("displayed_version").Fits(wanted),
            // One in older reports, several in newer ones.
            11 => report.Member("main_activity", "main_activities") is var main && (main.Fits(wanted) || Any(main, wanted)),
            12 => Any(report.Member("activities"), wanted),
            13 => Any(report.Member("services"), wanted),
            14 => Any(report.Member("receivers"), wanted),
            15 => Any(report.Member("filters"), wanted),
            16 => Any(Used, wanted) || Any(Declared, wanted),
            17 => Any(Used, wanted),
            18 => Any(Declared, wanted),
            _ => false,
        } ? 1L : 0L);
    }

    private static bool Any(JsonElement list, RuleValue wanted) => list.Elements().Any(element => element.Fits(wanted));

    /// <summary>A number, also where the report has it as a text.</summary>
    private RuleValue Version(string name) => report.Member(name) is var member && member.ValueKind == JsonValueKind.String
        && long.TryParse(member.GetString(), out var number) ? RuleValue.Of(number) : member.Number();

    private sealed class CertificateFacts(JsonElement certificate) : RuleStruct
    {
        public override RuleValue Get(int field) => RuleValue.Undefined;

        public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments) => RuleValue.Of(field switch
        {
            0 => certificate.Member("issuerDN").Fits(arguments[0]),
            1 => certificate.Member("subjectDN").Fits(arguments[0]),
            2 => certificate.Member("not_before").Fits(arguments[0]),
            3 => certificate.Member("not_after").Fits(arguments[0]),
            4 => IsDigest("serial", arguments[0].Text),
            5 => IsDigest("sha1", arguments[0].Text),
            6 => IsDigest("sha256", arguments[0].Text),
            _ => false,
        } ? 1L : 0L);

        /// <summary>Colons between the digits of the argument do not matter.</summary>
        private bool IsDigest(string name, ReadOnlySpan<byte> wanted) =>
            certificate.Member(name).Text() is { } text && Ascii.EqualsIgnoreCase(text, wanted.ToArray().Where(letter => letter != ':').ToArray());
    }
}
