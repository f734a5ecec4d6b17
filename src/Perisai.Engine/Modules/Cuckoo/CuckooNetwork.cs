using System.Text;
using System.Text.Json;

namespace Perisai.Engine.Modules.Cuckoo;

/// <summary>Connections that a file made.</summary>
internal sealed class CuckooNetwork(JsonElement network) : RuleStruct
{
    public override RuleValue Get(int field) => RuleValue.Undefined;

    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        var wanted = arguments[0];
        return RuleValue.Of(field switch
        {
            0 => HasName(wanted),
            1 => HasRequest(wanted, "get", null),
            2 => HasRequest(wanted, "post", null),
            3 => HasRequest(wanted, "get", "post"),
            4 => network.Member("http").Elements().Any(request => request.Member("user-agent").Fits(wanted)),
            5 => network.Member("hosts").Elements().Any(host => host.Fits(wanted)),
            6 => HasConnection("tcp", wanted, arguments[1].Integer),
            7 => HasConnection("udp", wanted, arguments[1].Integer),
            _ => false,
        } ? 1L : 0L);
    }

    /// <summary>Newer reports have "domains", older ones "dns" with another name for the host.</summary>
    private bool HasName(RuleValue wanted)
    {
        var domains = network.Member("domains");
        var (list, name) = domains.ValueKind != JsonValueKind.Undefined ? (domains, "domain") : (network.Member("dns"), "hostname");
        return list.Elements().Any(entry => entry.Member("ip").ValueKind == JsonValueKind.String && entry.Member(name).Fits(wanted));
    }

    private bool HasRequest(RuleValue wanted, string method, string? otherMethod) => network.Member("http").Elements().Any(request =>
        request.Member("method") is { ValueKind: JsonValueKind.String } used
        && (Is(used, method) || otherMethod is not null && Is(used, otherMethod)) && request.Member("uri").Fits(wanted));

    private bool HasConnection(string protocol, RuleValue wanted, long port) => network.Member(protocol).Elements().Any(connection =>
        connection.Member("dport").Number() is { IsUndefined: false } used && used.Integer == port && connection.Member("dst").Fits(wanted));

    private static bool Is(JsonElement used, string method) => used.Text() is { } text && Ascii.EqualsIgnoreCase(text, method);
}

/// <summary>One function that looks for a text in a list.</summary>
internal sealed class CuckooTexts(JsonElement texts) : RuleStruct
{
    public override RuleValue Get(int field) => RuleValue.Undefined;

    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        foreach (var text in texts.Elements())
        {
            if (text.Fits(arguments[0]))
                return RuleValue.Of(1L);
        }

        return RuleValue.Of(0L);
    }
}
