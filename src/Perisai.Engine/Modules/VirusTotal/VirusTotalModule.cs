namespace Perisai.Engine.Modules.VirusTotal;

/// <summary>
/// The vt module of VirusTotal's Livehunt: what that service knows of a file. Rules with it run here where a report is given: a JSON object with the members
/// <c>metadata</c> and <c>behaviour</c>, whose members are named as the module's fields; constants by name or number.
/// https://docs.virustotal.com/docs/writing-yara-rules-for-livehunt. Its part about addresses and URLs (<c>vt.net</c>, <c>metadata.itw</c>) is not about files and
/// is not in it.
/// </summary>
internal sealed class VirusTotalModule : RuleModule
{
    private static readonly ArrayType _texts = new(ModuleType.Text);
    private static readonly DictionaryType _textsByName = new(ModuleType.Text);

    private static readonly ArrayType _settings = new(new StructType("setting", ("key", ModuleType.Text), ("value", ModuleType.Text)));

    private static readonly StructType _metadata = new(
        "metadata",
        [
            .. Texts("sha256", "sha1", "md5", "ssdeep", "tlsh", "imphash", "vhash", "telfhash", "file_name", "magic"),
            .. Numbers(
                "file_type", "file_size", "times_submitted", "new_file", "subfile", "unique_sources", "first_submission_date"),
            ("tags", _texts),
            ("file_type_tags", _texts),
            ("malware_families", _texts),
            ("signatures", _textsByName),
            ("exiftool", _textsByName),
            ("submitter", new StructType("submitter", Texts("city", "country"))),
            ("analysis_stats", new StructType(
                "analysis_stats", Numbers("malicious", "suspicious", "undetected", "harmless", "failure", "type_unsupported"))),
            ("main_icon", new StructType("main_icon", Texts("dhash", "raw_md5"))),
            ("goresym", new StructType(
                "goresym",
                [
                    .. Texts("version", "arch", "os", "build_id"),
                    ("build_info", new StructType(
                        "build_info", ("path", ModuleType.Text), ("dependencies", _textsByName), ("settings", _textsByName))),
                    ("summary", new StructType(
                        "summary", Numbers("num_user_functions", "num_std_functions", "num_interfaces", "num_types", "num_dependencies"))),
                ])),
        ]);

    private static readonly StructType _behaviour = new(
        "behaviour",
        [
            .. Lists(
                "files_opened", "files_written", "files_deleted", "files_attribute_changed", "processes_created", "processes_terminated",
                "processes_killed", "processes_injected", "command_executions", "services_opened", "services_created", "services_started",
                "services_stopped", "services_deleted", "services_bound", "windows_searched", "windows_hidden", "permissions_requested",
                "mutexes_opened", "mutexes_created", "signals_observed", "signals_hooked", "modules_loaded", "calls_highlighted", "invokes",
                "crypto_algorithms_observed", "crypto_keys", "crypto_plain_text", "encoding_algorithms_observed", "text_decoded",
                "text_highlighted", "databases_opened", "databases_deleted", "registry_keys_opened", "registry_keys_deleted",
                "system_property_lookups", "shared_preferences_lookups", "content_model_observers", "activities_started", "verdict_labels",
                "ja3_digests", "memory_pattern_ips", "memory_pattern_domains", "memory_pattern_urls"),
            ("hosts_file", ModuleType.Text),
            ("files_copied", Table("file_copy", Texts("source", "destination"))),
            ("files_dropped", Table("dropped_file",
                [.. Texts("path", "sha256", "download_url", "process_name", "process_id"), ("type", ModuleType.Integer)])),
            ("permissions_checked", Table("permission_check", Texts("permission", "owner"))),
            ("registry_keys_set", _settings),
            ("system_property_sets", _settings),
            ("shared_preferences_sets", _settings),
            ("content_model_sets", _settings),
            ("traits", new ArrayType(ModuleType.Integer)),
            ("verdicts", new ArrayType(ModuleType.Integer)),
            ("verdict_confidence", ModuleType.Integer),
            ("http_conversations", Table("http_conversation",
                [
                    ("url", ModuleType.Text), .. Numbers("request_method", "response_status_code", "response_body_filetype"),
                    ("request_headers", _textsByName), ("response_headers", _textsByName),
                ])),
            ("dns_lookups", Table("dns_lookup", [("hostname", ModuleType.Text), .. Lists("resolved_ips", "txt_records")])),
            ("ip_traffic", Table("ip_traffic",
                [
                    ("destination_ip", ModuleType.Text),
                    .. Numbers("destination_port", "transport_layer_protocol", "destination_ip_asn", "destination_ip_as_int"),
                ])),
            ("sms_sent", Table("sms", Texts("destination", "body"))),
            ("tls", Table("tls",
                [
                    ("subject", _textsByName), ("issuer", _textsByName),
                    .. Texts("serial_number", "thumbprint", "version", "sni", "ja3", "ja3s", "ja4"),
                ])),
            ("mitre_attack_techniques", Table("mitre_attack_technique",
                [("id", ModuleType.Text), ("severity", ModuleType.Integer), ("signature_description", ModuleType.Text)])),
        ]);

    public override string Name => "vt";

    public override StructType Schema { get; } = new(
        "vt",
        ("metadata", _metadata),
        ("behaviour", _behaviour),
        ("FileType", VirusTotalConstants.FileType.Schema("FileType")),
        ("BehaviourTrait", VirusTotalConstants.BehaviourTrait.Schema("BehaviourTrait")),
        ("BehaviourVerdict", VirusTotalConstants.BehaviourVerdict.Schema("BehaviourVerdict")),
        ("Http", new StructType("Http", ("Method", VirusTotalConstants.Method.Schema("Method")))),
        ("Net", new StructType("Net", ("Protocol", VirusTotalConstants.Protocol.Schema("Protocol")))));

    public override string NeedsData => "what VirusTotal knows of the file, as JSON";

    public override string? FindDataError(ReadOnlyMemory<byte> data) => JsonReport.FindError(data);

    public override RuleStruct Load(ModuleContext context)
    {
        var report = JsonReport.Parse(context.Data);
        return new FixedStruct(
            RuleValue.Of(new JsonFacts(_metadata, report.Member("metadata", "meta"), VirusTotalConstants.Find)),
            RuleValue.Of(new JsonFacts(_behaviour, report.Member("behaviour"), VirusTotalConstants.Find)),
            RuleValue.Of(VirusTotalConstants.FileType.ToStruct()),
            RuleValue.Of(VirusTotalConstants.BehaviourTrait.ToStruct()),
            RuleValue.Of(VirusTotalConstants.BehaviourVerdict.ToStruct()),
            RuleValue.Of(new FixedStruct(RuleValue.Of(VirusTotalConstants.Method.ToStruct()))),
            RuleValue.Of(new FixedStruct(RuleValue.Of(VirusTotalConstants.Protocol.ToStruct()))));
    }

    private static (string Name, ModuleType Type)[] Texts(params string[] names) => [.. names.Select(name => (name, ModuleType.Text))];

    private static (string Name, ModuleType Type)[] Numbers(params string[] names) => [.. names.Select(name => (name, ModuleType.Integer))];

    private static (string Name, ModuleType Type)[] Lists(params string[] names) => [.. names.Select(name => (name, (ModuleType)_texts))];

    private static ArrayType Table(string name, (string Name, ModuleType Type)[] fields) => new(new StructType(name, fields));
}
