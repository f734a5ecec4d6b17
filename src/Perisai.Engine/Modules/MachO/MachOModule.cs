namespace Perisai.Engine.Modules.MachO;

/// <summary>The macho module of YARA 4.5. https://yara.readthedocs.io/en/stable/modules/macho.html.</summary>
internal sealed class MachOModule : RuleModule
{
    /// <summary>Fields that an image has whether it is a file or a slice of a fat one.</summary>
    public const int ImageFields = 12;

    private static readonly StructType _section = new(
        "section", ("sectname", ModuleType.Text), ("segname", ModuleType.Text), ("addr", ModuleType.Integer), ("size", ModuleType.Integer),
        ("offset", ModuleType.Integer), ("align", ModuleType.Integer), ("reloff", ModuleType.Integer), ("nreloc", ModuleType.Integer),
        ("flags", ModuleType.Integer), ("reserved1", ModuleType.Integer), ("reserved2", ModuleType.Integer), ("reserved3", ModuleType.Integer));

    private static readonly StructType _segment = new(
        "segment", ("segname", ModuleType.Text), ("vmaddr", ModuleType.Integer), ("vmsize", ModuleType.Integer), ("fileoff", ModuleType.Integer),
        ("fsize", ModuleType.Integer), ("maxprot", ModuleType.Integer), ("initprot", ModuleType.Integer), ("nsects", ModuleType.Integer),
        ("flags", ModuleType.Integer), ("sections", new ArrayType(_section)));

    private static readonly (string Name, ModuleType Type)[] _image =
    [
        ("magic", ModuleType.Integer), ("cputype", ModuleType.Integer), ("cpusubtype", ModuleType.Integer), ("filetype", ModuleType.Integer),
        ("ncmds", ModuleType.Integer), ("sizeofcmds", ModuleType.Integer), ("flags", ModuleType.Integer), ("reserved", ModuleType.Integer),
        ("number_of_segments", ModuleType.Integer), ("segments", new ArrayType(_segment)), ("entry_point", ModuleType.Integer),
        ("stack_size", ModuleType.Integer),
    ];

    private static readonly FunctionType _byArchitecture =
        new(new FunctionOverload("i", ModuleType.Integer), new FunctionOverload("ii", ModuleType.Integer));

    public static ConstantTable Constants { get; } = new(
        ("MH_MAGIC", 0xFEED_FACE), ("MH_CIGAM", 0xCEFA_EDFE), ("MH_MAGIC_64", 0xFEED_FACF), ("MH_CIGAM_64", 0xCFFA_EDFE),
        ("FAT_MAGIC", 0xCAFE_BABE), ("FAT_CIGAM", 0xBEBA_FECA), ("FAT_MAGIC_64", 0xCAFE_BABF), ("FAT_CIGAM_64", 0xBFBA_FECA),
        ("CPU_ARCH_ABI64", 0x100_0000), ("CPU_SUBTYPE_LIB64", 0x8000_0000), ("CPU_TYPE_MC680X0", 6), ("CPU_TYPE_X86", 7), ("CPU_TYPE_I386", 7),
        ("CPU_TYPE_X86_64", 0x100_0007), ("CPU_TYPE_MIPS", 8), ("CPU_TYPE_MC98000", 10), ("CPU_TYPE_ARM", 12), ("CPU_TYPE_ARM64", 0x100_000C),
        ("CPU_TYPE_MC88000", 13), ("CPU_TYPE_SPARC", 14), ("CPU_TYPE_POWERPC", 18), ("CPU_TYPE_POWERPC64", 0x100_0012),
        ("CPU_SUBTYPE_INTEL_MODEL_ALL", 0), ("CPU_SUBTYPE_386", 3), ("CPU_SUBTYPE_I386_ALL", 3), ("CPU_SUBTYPE_X86_64_ALL", 3),
        ("CPU_SUBTYPE_486", 4), ("CPU_SUBTYPE_486SX", 132), ("CPU_SUBTYPE_586", 5), ("CPU_SUBTYPE_PENT", 5), ("CPU_SUBTYPE_PENTPRO", 22),
        ("CPU_SUBTYPE_PENTII_M3", 54), ("CPU_SUBTYPE_PENTII_M5", 86), ("CPU_SUBTYPE_CELERON", 103), ("CPU_SUBTYPE_CELERON_MOBILE", 119),
        ("CPU_SUBTYPE_PENTIUM_3", 8), ("CPU_SUBTYPE_PENTIUM_3_M", 24), ("CPU_SUBTYPE_PENTIUM_3_XEON", 40), ("CPU_SUBTYPE_PENTIUM_M", 9),
        ("CPU_SUBTYPE_PENTIUM_4", 10), ("CPU_SUBTYPE_PENTIUM_4_M", 26), ("CPU_SUBTYPE_ITANIUM", 11), ("CPU_SUBTYPE_ITANIUM_2", 27),
        ("CPU_SUBTYPE_XEON", 12), ("CPU_SUBTYPE_XEON_MP", 28), ("CPU_SUBTYPE_ARM_ALL", 0), ("CPU_SUBTYPE_ARM_V4T", 5), ("CPU_SUBTYPE_ARM_V6", 6),
        ("CPU_SUBTYPE_ARM_V5", 7), ("CPU_SUBTYPE_ARM_V5TEJ", 7), ("CPU_SUBTYPE_ARM_XSCALE", 8), ("CPU_SUBTYPE_ARM_V7", 9),
        ("CPU_SUBTYPE_ARM_V7F", 10), ("CPU_SUBTYPE_ARM_V7S", 11), ("CPU_SUBTYPE_ARM_V7K", 12), ("CPU_SUBTYPE_ARM_V6M", 14),
        ("CPU_SUBTYPE_ARM_V7M", 15), ("CPU_SUBTYPE_ARM_V7EM", 16), ("CPU_SUBTYPE_ARM64_ALL", 0), ("CPU_SUBTYPE_SPARC_ALL", 0),
        ("CPU_SUBTYPE_POWERPC_ALL", 0), ("CPU_SUBTYPE_MC980000_ALL", 0), ("CPU_SUBTYPE_POWERPC_601", 1), ("CPU_SUBTYPE_MC98601", 1),
        ("CPU_SUBTYPE_POWERPC_602", 2), ("CPU_SUBTYPE_POWERPC_603", 3), ("CPU_SUBTYPE_POWERPC_603e", 4), ("CPU_SUBTYPE_POWERPC_603ev", 5),
        ("CPU_SUBTYPE_POWERPC_604", 6), ("CPU_SUBTYPE_POWERPC_604e", 7), ("CPU_SUBTYPE_POWERPC_620", 8), ("CPU_SUBTYPE_POWERPC_750", 9),
        ("CPU_SUBTYPE_POWERPC_7400", 10), ("CPU_SUBTYPE_POWERPC_7450", 11), ("CPU_SUBTYPE_POWERPC_970", 100), ("MH_OBJECT", 1), ("MH_EXECUTE", 2),
        ("MH_FVMLIB", 3), ("MH_CORE", 4), ("MH_PRELOAD", 5), ("MH_DYLIB", 6), ("MH_DYLINKER", 7), ("MH_BUNDLE", 8), ("MH_DYLIB_STUB", 9),
        ("MH_DSYM", 10), ("MH_KEXT_BUNDLE", 11), ("MH_NOUNDEFS", 1), ("MH_INCRLINK", 2), ("MH_DYLDLINK", 4), ("MH_BINDATLOAD", 8),
        ("MH_PREBOUND", 16), ("MH_SPLIT_SEGS", 32), ("MH_LAZY_INIT", 64), ("MH_TWOLEVEL", 128), ("MH_FORCE_FLAT", 0x100), ("MH_NOMULTIDEFS", 0x200),
        ("MH_NOFIXPREBINDING", 0x400), ("MH_PREBINDABLE", 0x800), ("MH_ALLMODSBOUND", 0x1000), ("MH_SUBSECTIONS_VIA_SYMBOLS", 0x2000),
        ("MH_CANONICAL", 0x4000), ("MH_WEAK_DEFINES", 0x8000), ("MH_BINDS_TO_WEAK", 0x1_0000), ("MH_ALLOW_STACK_EXECUTION", 0x2_0000),
        ("MH_ROOT_SAFE", 0x4_0000), ("MH_SETUID_SAFE", 0x8_0000), ("MH_NO_REEXPORTED_DYLIBS", 0x10_0000), ("MH_PIE", 0x20_0000),
        ("MH_DEAD_STRIPPABLE_DYLIB", 0x40_0000), ("MH_HAS_TLV_DESCRIPTORS", 0x80_0000), ("MH_NO_HEAP_EXECUTION", 0x100_0000),
        ("MH_APP_EXTENSION_SAFE", 0x200_0000), ("SG_HIGHVM", 1), ("SG_FVMLIB", 2), ("SG_NORELOC", 4), ("SG_PROTECTED_VERSION_1", 8),
        ("SECTION_TYPE", 255), ("SECTION_ATTRIBUTES", 0xFFFF_FF00), ("S_REGULAR", 0), ("S_ZEROFILL", 1), ("S_CSTRING_LITERALS", 2),
        ("S_4BYTE_LITERALS", 3), ("S_8BYTE_LITERALS", 4), ("S_LITERAL_POINTERS", 5), ("S_NON_LAZY_SYMBOL_POINTERS", 6),
        ("S_LAZY_SYMBOL_POINTERS", 7), ("S_SYMBOL_STUBS", 8), ("S_MOD_INIT_FUNC_POINTERS", 9), ("S_MOD_TERM_FUNC_POINTERS", 10),
        ("S_COALESCED", 11), ("S_GB_ZEROFILL", 12), ("S_INTERPOSING", 13), ("S_16BYTE_LITERALS", 14), ("S_DTRACE_DOF", 15),
        ("S_LAZY_DYLIB_SYMBOL_POINTERS", 16), ("S_THREAD_LOCAL_REGULAR", 17), ("S_THREAD_LOCAL_ZEROFILL", 18), ("S_THREAD_LOCAL_VARIABLES", 19),
        ("S_THREAD_LOCAL_VARIABLE_POINTERS", 20), ("S_THREAD_LOCAL_INIT_FUNCTION_POINTERS", 21), ("S_ATTR_PURE_INSTRUCTIONS", 0x8000_0000),
        ("S_ATTR_NO_TOC", 0x4000_0000), ("S_ATTR_STRIP_STATIC_SYMS", 0x2000_0000), ("S_ATTR_NO_DEAD_STRIP", 0x1000_0000),
        ("S_ATTR_LIVE_SUPPORT", 0x800_0000), ("S_ATTR_SELF_MODIFYING_CODE", 0x400_0000), ("S_ATTR_DEBUG", 0x200_0000),
        ("S_ATTR_SOME_INSTRUCTIONS", 0x400), ("S_ATTR_EXT_RELOC", 0x200), ("S_ATTR_LOC_RELOC", 0x100));

    public override string Name => "macho";

    public override StructType Schema { get; } = Constants.Schema(
        "macho",
        [
            .. _image,
            ("fat_magic", ModuleType.Integer),
            ("nfat_arch", ModuleType.Integer),
            ("fat_arch", new ArrayType(new StructType(
                "fat_arch", ("cputype", ModuleType.Integer), ("cpusubtype", ModuleType.Integer), ("offset", ModuleType.Integer),
                ("size", ModuleType.Integer), ("align", ModuleType.Integer)))),
            ("file", new ArrayType(new StructType("file", _image))),
            ("file_index_for_arch", _byArchitecture),
            ("entry_point_for_arch", _byArchitecture),
        ]);

    public override bool MayApply(ModuleContext context) => BeginsWith(context, [0xCA, 0xFE, 0xBA]) || BeginsWith(context, [0xFE, 0xED, 0xFA])
        || BeginsWith(context, [0xCE, 0xFA, 0xED]) || BeginsWith(context, [0xCF, 0xFA, 0xED]);

    public override RuleStruct Load(ModuleContext context) => new MachOFacts(context);
}
