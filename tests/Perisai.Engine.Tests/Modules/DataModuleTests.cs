using System.Text;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Modules that know only what they are given.</summary>
public sealed class DataModuleTests
{
    private const string Cuckoo = """
        {
          "network": {
            "domains": [ { "ip": "192.0.2.1", "domain": "update.example" } ],
            "dns": [ { "ip": "192.0.2.9", "hostname": "old.example" } ],
            "http": [ { "uri": "http://update.example/a", "method": "GET", "user-agent": "Agent/1" }, { "uri": "http://b.example/p", "method": "post" } ],
            "hosts": [ "192.0.2.1" ],
            "tcp": [ { "dst": "192.0.2.1", "dport": 443 } ],
            "udp": [ { "dst": "192.0.2.2", "dport": "53" } ]
          },
          "behavior": { "summary": { "keys": [ "HKLM\\Software\\Run" ], "files": [ "C:\\a.txt", 5, "\ud800" ], "mutexes": [ "Only-One" ] } }
        }
        """;

    [Theory]
    [InlineData("network", "dns_lookup", "update", 1)]
    [InlineData("network", "dns_lookup", "old", 0)]
    [InlineData("network", "http_get", "/a", 1)]
    [InlineData("network", "http_get", "/p", 0)]
    [InlineData("network", "http_post", "/p", 1)]
    [InlineData("network", "http_request", "/a", 1)]
    [InlineData("network", "http_request", "/p", 1)]
    [InlineData("network", "http_user_agent", "Agent", 1)]
    [InlineData("network", "host", "192.0.2.1", 1)]
    [InlineData("registry", "key_access", "Run", 1)]
    [InlineData("filesystem", "file_access", "a.txt", 1)]
    [InlineData("filesystem", "file_access", "b.txt", 0)]
    [InlineData("sync", "mutex", "Only", 1)]
    public void Cuckoo_reports_answer(string part, string function, string wanted, long expected) =>
        Assert.Equal(expected, Call("cuckoo", Cuckoo, part, function, Text(wanted, isRegex: true)));

    [Theory]
    [InlineData("tcp", "192.0.2.1", 443, 1)]
    [InlineData("tcp", "192.0.2.1", 80, 0)]
    [InlineData("udp", "192.0.2.2", 53, 0)] // the port is a text there
    public void Cuckoo_connections_are_of_a_host_and_a_port(string function, string host, long port, long expected) =>
        Assert.Equal(expected, Call("cuckoo", Cuckoo, "network", function, Text(host, isRegex: true), RuleValue.Of(port)));

    [Fact]
    public void Older_cuckoo_reports_name_hosts_differently() => Assert.Equal(
        1, Call("cuckoo", Cuckoo.Replace("domains", "other"), "network", "dns_lookup", Text("old", isRegex: true)));

    [Theory]
    [InlineData(null, "app_name", "A Name", false, 1)]
    [InlineData(null, "app_name", "name", true, 1)]
    [InlineData(null, "app_name", "name", false, 0)]
    [InlineData(null, "package_name", "org.example", true, 1)]
    [InlineData(null, "permission", "SEND_SMS", true, 1)]
    [InlineData(null, "permission", "own", true, 1)]
    [InlineData(null, "uses_permission", "own", true, 0)]
    [InlineData(null, "activity", "main", true, 1)]
    [InlineData(null, "service", "org.example.service", false, 1)]
    [InlineData("certificate", "sha1", "AB:cd", false, 1)]
    [InlineData("certificate", "issuer", "CN=x", true, 1)]
    [InlineData("certificate", "issuer", "CN=y", true, 0)]
    public void Androguard_reports_answer(string? part, string function, string wanted, bool isRegex, long expected)
    {
        const string report = """
            {
              "app_name": "a name", "package_name": "org.example", "permissions": [ "android.permission.SEND_SMS" ], "new_permissions": [ "own" ],
              "activities": [ "org.example.main" ], "services": [ "Org.example.Service" ], "min_sdk_version": "7", "target_sdk_version": 9,
              "certificate": { "sha1": "ABCD", "issuerDN": "/CN=x" }
            }
            """;
        Assert.Equal(expected, Call("androguard", report, part, function, Text(wanted, isRegex)));
        Assert.Equal(7, Field("androguard", report, "min_sdk").Integer);
        Assert.Equal(9, Field("androguard", report, "target_sdk").Integer);
        Assert.Equal(2, Field("androguard", report, "permissions_number").Integer);
        Assert.True(Field("androguard", report, "max_sdk").IsUndefined);
    }

    [Theory]
    [InlineData("type", "PDF document, version 1.4")]
    [InlineData("mime_type", "application/pdf")]
    public void Magic_answers_what_it_was_told(string function, string expected)
    {
        var value = Answer("magic", "PDF document, version 1.4\napplication/pdf\n", null, function);
        Assert.Equal(expected, Encoding.ASCII.GetString(value.Text));
    }

    [Fact]
    public void VirusTotal_reports_answer()
    {
        const string report = """
            {
              "metadata": {
                "file_name": "setup.exe", "file_type": "PE_EXE", "file_size": 1000, "new_file": true, "tags": [ "signed", "overlay" ],
                "signatures": { "EngineA": "Some.Name" }, "analysis_stats": { "malicious": 3 }, "magic": 7
              },
              "behaviour": { "traits": [ "SUDO", 9 ], "dns_lookups": [ { "hostname": "a.example", "resolved_ips": [ "192.0.2.3" ] } ] }
            }
            """;
        var facts = RuleModules.Find("vt")!.Load(TestObject.Context([], Encoding.UTF8.GetBytes(report)));
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        FactDump.Write(result, "vt", RuleModules.Find("vt")!.Schema, facts, 10);
        string[] shown =
        [
            "vt.metadata.file_name=\"setup.exe\"", "vt.metadata.file_type=1", "vt.metadata.file_size=1000", "vt.metadata.new_file=1",
            "vt.metadata.tags[0]=\"signed\"", "vt.metadata.tags[1]=\"overlay\"", "vt.metadata.signatures.EngineA=\"Some.Name\"",
            "vt.metadata.analysis_stats.malicious=3", "vt.behaviour.traits[0]=8", "vt.behaviour.traits[1]=9",
            "vt.behaviour.dns_lookups[0].hostname=\"a.example\"", "vt.behaviour.dns_lookups[0].resolved_ips[0]=\"192.0.2.3\"",
        ];
        var found = result.Where(fact => char.IsLower(fact.Key[3])).Select(fact => $"{fact.Key}={fact.Value}");
        Assert.Equal(shown.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal("1", result["vt.FileType.PE_EXE"]);
        Assert.Equal("17", result["vt.Net.Protocol.UDP"]);
    }

    [Theory]
    [InlineData("cuckoo", "{ \"network\": ")]
    [InlineData("cuckoo", "[]")]
    [InlineData("androguard", "no json")]
    [InlineData("vt", "null")]
    [InlineData("magic", "\napplication/pdf")]
    public void Data_that_cannot_be_used_are_an_error_and_all_is_undefined(string module, string data)
    {
        Assert.NotNull(RuleModules.Find(module)!.FindDataError(Encoding.UTF8.GetBytes(data)));
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var facts = RuleModules.Find(module)!.Load(TestObject.Context([], Encoding.UTF8.GetBytes(data)));
        FactDump.Write(result, module, RuleModules.Find(module)!.Schema, facts, 10);
        // Constants and counts of nothing are there nevertheless.
        Assert.DoesNotContain(result, fact => !fact.Key.EndsWith("_number", StringComparison.Ordinal) && char.IsLower(fact.Key[module.Length + 1]));
    }

    [Fact]
    public void Modules_that_need_data_say_which()
    {
        string[] needing = ["androguard", "cuckoo", "magic", "vt"];
        foreach (var name in RuleModules.Names)
            Assert.Equal(needing.Contains(name), RuleModules.Find(name)!.NeedsData is not null);
    }

    private static RuleValue Text(string text, bool isRegex) =>
        isRegex ? RuleValue.Of(new Contains(text)) : RuleValue.Of(Encoding.ASCII.GetBytes(text));

    private static long Call(string module, string data, string? part, string function, params RuleValue[] arguments) =>
        Answer(module, data, part, function, arguments).Integer;

    private static RuleValue Answer(string module, string data, string? part, string function, params RuleValue[] arguments)
    {
        Assert.Null(RuleModules.Find(module)!.FindDataError(Encoding.UTF8.GetBytes(data)));
        var schema = RuleModules.Find(module)!.Schema;
        var facts = RuleModules.Find(module)!.Load(TestObject.Context([], Encoding.UTF8.GetBytes(data)));
        if (part is not null)
        {
            facts = facts.Get(schema.IndexOf(part)).Struct;
            schema = (StructType)schema.Fields[schema.IndexOf(part)].Type;
        }

        var field = schema.IndexOf(function);
        var letters = string.Concat(arguments.Select(argument => argument.Kind switch
        {
            RuleValueKind.Integer => 'i', RuleValueKind.Text => 's', _ => 'r',
        }));
        var overload = ((FunctionType)schema.Fields[field].Type).Overloads.ToList().FindIndex(one => one.Parameters == letters);
        Assert.True(overload >= 0);
        return facts.Call(field, overload, arguments);
    }

    private static RuleValue Field(string module, string data, string field) => RuleModules.Find(module)!
        .Load(TestObject.Context([], Encoding.UTF8.GetBytes(data))).Get(RuleModules.Find(module)!.Schema.IndexOf(field));

    private sealed class Contains(string wanted) : IRuleRegex
    {
        public bool IsMatch(ReadOnlySpan<byte> text) => text.IndexOf(Encoding.UTF8.GetBytes(wanted)) >= 0;
    }
}
