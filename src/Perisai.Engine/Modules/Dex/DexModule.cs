namespace Perisai.Engine.Modules.Dex;

/// <summary>The dex module of YARA 4.5. https://yara.readthedocs.io/en/stable/modules/dex.html.</summary>
internal sealed class DexModule : RuleModule
{
    public static ConstantTable Constants { get; } = new(
        ("ENDIAN_CONSTANT", 0x1234_5678), ("REVERSE_ENDIAN_CONSTANT", 0x7856_3412), ("NO_INDEX", 0xFFFF_FFFF),
        ("ACC_PUBLIC", 1), ("ACC_PRIVATE", 2), ("ACC_PROTECTED", 4), ("ACC_STATIC", 8), ("ACC_FINAL", 0x10), ("ACC_SYNCHRONIZED", 0x20),
        ("ACC_VOLATILE", 0x40), ("ACC_BRIDGE", 0x40), ("ACC_TRANSIENT", 0x80), ("ACC_VARARGS", 0x80), ("ACC_NATIVE", 0x100),
        ("ACC_INTERFACE", 0x200), ("ACC_ABSTRACT", 0x400), ("ACC_STRICT", 0x800), ("ACC_SYNTHETIC", 0x1000), ("ACC_ANNOTATION", 0x2000),
        ("ACC_ENUM", 0x4000), ("ACC_CONSTRUCTOR", 0x1_0000), ("ACC_DECLARED_SYNCHRONIZED", 0x2_0000),
        ("TYPE_HEADER_ITEM", 0), ("TYPE_STRING_ID_ITEM", 1), ("TYPE_TYPE_ID_ITEM", 2), ("TYPE_PROTO_ID_ITEM", 3), ("TYPE_FIELD_ID_ITEM", 4),
        ("TYPE_METHOD_ID_ITEM", 5), ("TYPE_CLASS_DEF_ITEM", 6), ("TYPE_CALL_SITE_ID_ITEM", 7), ("TYPE_METHOD_HANDLE_ITEM", 8),
        ("TYPE_MAP_LIST", 0x1000), ("TYPE_TYPE_LIST", 0x1001), ("TYPE_ANNOTATION_SET_REF_LIST", 0x1002), ("TYPE_ANNOTATION_SET_ITEM", 0x1003),
        ("TYPE_CLASS_DATA_ITEM", 0x2000), ("TYPE_CODE_ITEM", 0x2001), ("TYPE_STRING_DATA_ITEM", 0x2002), ("TYPE_DEBUG_INFO_ITEM", 0x2003),
        ("TYPE_ANNOTATION_ITEM", 0x2004), ("TYPE_ENCODED_ARRAY_ITEM", 0x2005), ("TYPE_ANNOTATIONS_DIRECTORY_ITEM", 0x2006));

    public override string Name => "dex";

    public override StructType Schema { get; } = Constants.Schema(
        "dex",
        ("DEX_FILE_MAGIC_035", ModuleType.Text),
        ("DEX_FILE_MAGIC_036", ModuleType.Text),
        ("DEX_FILE_MAGIC_037", ModuleType.Text),
        ("DEX_FILE_MAGIC_038", ModuleType.Text),
        ("DEX_FILE_MAGIC_039", ModuleType.Text),
        ("header", new StructType(
            "header",
            [
                ("magic", ModuleType.Text), ("checksum", ModuleType.Integer), ("signature", ModuleType.Text), .. Numbers(
                "file_size", "header_size", "endian_tag", "link_size", "link_offset", "map_offset", "string_ids_size", "string_ids_offset",
                "type_ids_size", "type_ids_offset", "proto_ids_size", "proto_ids_offset", "field_ids_size", "field_ids_offset",
                "method_ids_size", "method_ids_offset", "class_defs_size", "class_defs_offset", "data_size", "data_offset"),
            ])),
        ("string_ids", Table("string_id", [.. Numbers("offset", "size"), ("value", ModuleType.Text)])),
        ("type_ids", Table("type_id", Numbers("descriptor_idx"))),
        ("proto_ids", Table("proto_id", Numbers("shorty_idx", "return_type_idx", "parameters_offset"))),
        ("field_ids", Table("field_id", Numbers("class_idx", "type_idx", "name_idx"))),
        ("method_ids", Table("method_id", Numbers("class_idx", "proto_idx", "name_idx"))),
        ("class_defs", Table("class_def", Numbers(
            "class_idx", "access_flags", "super_class_idx", "interfaces_offset", "source_file_idx", "annotations_offset", "class_data_offset",
            "static_values_offset"))),
        ("class_data_item", Table("class_data_item", Numbers(
            "static_fields_size", "instance_fields_size", "direct_methods_size", "virtual_methods_size"))),
        ("map_list", new StructType(
            "map_list", ("size", ModuleType.Integer), ("map_item", Table("map_item", Numbers("type", "unused", "size", "offset"))))),
        ("number_of_fields", ModuleType.Integer),
        ("field", Table("field", [.. Names("class_name", "name", "proto"), .. Numbers("field_idx_diff", "access_flags")])),
        ("has_method", new FunctionType(
            new FunctionOverload("s", ModuleType.Integer), new FunctionOverload("ss", ModuleType.Integer),
            new FunctionOverload("r", ModuleType.Integer), new FunctionOverload("rr", ModuleType.Integer))),
        ("has_class", new FunctionType(new FunctionOverload("s", ModuleType.Integer), new FunctionOverload("r", ModuleType.Integer))),
        ("number_of_methods", ModuleType.Integer),
        ("method", Table("method",
            [
                .. Names("class_name", "name", "proto"),
                .. Numbers("direct", "virtual", "method_idx_diff", "access_flags", "code_off"),
                ("code_item", new StructType(
                    "code_item",
                    [
                        .. Numbers("registers_size", "ins_size", "outs_size", "tries_size", "debug_info_off", "insns_size"),
                        ("insns", ModuleType.Text),
                        ("padding", ModuleType.Integer),
                        // YARA declares the two last and never fills them.
                        ("tries", new StructType("tries")),
                        ("handlers", Table("handler", [])),
                    ])),
            ])));

    public override bool MayApply(ModuleContext context) => BeginsWith(context, "dex\n"u8);

    public override RuleStruct Load(ModuleContext context) => new DexFacts(context);

    private static ArrayType Table(string name, (string Name, ModuleType Type)[] fields) => new(new StructType(name, fields));

    private static (string Name, ModuleType Type)[] Numbers(params string[] names) => [.. names.Select(name => (name, ModuleType.Integer))];

    private static (string Name, ModuleType Type)[] Names(params string[] names) => [.. names.Select(name => (name, ModuleType.Text))];
}
