namespace Perisai.Engine.Modules.VirusTotal;

/// <summary>The enumerations of <see cref="VirusTotalModule"/>.</summary>
internal static class VirusTotalConstants
{
    public static ConstantTable FileType { get; } = new(
        ("UNKNOWN", 0), ("PE_EXE", 1), ("PE_DLL", 2), ("MSI", 3), ("NE_EXE", 10), ("NE_DLL", 11), ("DOS_EXE", 20), ("DOS_COM", 21), ("COFF", 30),
        ("ELF", 31), ("LINUX_KERNEL", 32), ("RPM", 33), ("LINUX", 34), ("MACH_O", 35), ("JAVA_BYTECODE", 36), ("DMG", 37), ("DEB", 38),
        ("PKG", 39), ("PYC", 40), ("LNK", 50), ("DESKTOP_ENTRY", 51), ("JPEG", 100), ("TIFF", 101), ("GIF", 102), ("PNG", 103), ("BMP", 104),
        ("GIMP", 105), ("IN_DESIGN", 106), ("PSD", 107), ("TARGA", 108), ("XWD", 109), ("DIB", 110), ("JNG", 111), ("ICO", 112), ("FPX", 113),
        ("EPS", 114), ("SVG", 115), ("EMF", 116), ("WEBP", 117), ("DWG", 118), ("DXF", 119), ("OGG", 150), ("FLC", 151), ("FLI", 152),
        ("MP3", 153), ("FLAC", 154), ("WAV", 155), ("MIDI", 156), ("AVI", 157), ("MPEG", 158), ("QUICKTIME", 159), ("ASF", 160), ("DIVX", 161),
        ("FLV", 162), ("WMA", 163), ("WMV", 164), ("RM", 165), ("MOV", 166), ("MP4", 167), ("T3GP", 168), ("WEBM", 169), ("MKV", 170),
        ("PDF", 200), ("PS", 201), ("DOC", 202), ("DOCX", 203), ("PPT", 204), ("PPTX", 205), ("PPSX", 209), ("XLS", 206), ("XLSX", 207),
        ("RTF", 208), ("ODP", 250), ("ODS", 251), ("ODT", 252), ("HWP", 253), ("GUL", 254), ("ODF", 255), ("ODG", 256), ("ONE_NOTE", 257),
        ("SLK", 259), ("EBOOK", 260), ("LATEX", 261), ("TTF", 262), ("EOT", 263), ("WOFF", 264), ("CHM", 265), ("ZIP", 300), ("GZIP", 301),
        ("BZIP", 302), ("RZIP", 303), ("DZIP", 304), ("SEVENZIP", 305), ("CAB", 306), ("JAR", 307), ("RAR", 308), ("MSCOMPRESS", 309),
        ("ACE", 310), ("ARC", 311), ("ARJ", 312), ("ASD", 313), ("BLACKHOLE", 314), ("KGB", 315), ("ZLIB", 316), ("TAR", 317), ("ZST", 318),
        ("LZFSE", 319), ("PYTHON_WHL", 320), ("PYTHON_PKG", 321), ("MSIX", 322), ("TEXT", 400), ("SCRIPT", 401), ("PHP", 402), ("PYTHON", 403),
        ("PERL", 404), ("RUBY", 405), ("C", 406), ("CPP", 407), ("JAVA", 408), ("SHELLSCRIPT", 409), ("PASCAL", 410), ("AWK", 411),
        ("DYALOG", 412), ("FORTRAN", 413), ("JAVASCRIPT", 414), ("POWERSHELL", 415), ("VBA", 416), ("M4", 417), ("OBJETIVEC", 418), ("JMOD", 419),
        ("MAKEFILE", 420), ("INI", 421), ("SQL", 426), ("GOLANG", 429), ("M3U", 430), ("BAT", 431), ("MSC", 432), ("RDP", 433), ("SYMBIAN", 500),
        ("PALMOS", 501), ("WINCE", 502), ("ANDROID", 503), ("IPHONE", 504), ("HTML", 600), ("XML", 601), ("SWF", 602), ("FLA", 603),
        ("COOKIE", 604), ("TORRENT", 605), ("EMAIL", 606), ("OUTLOOK", 607), ("SGML", 608), ("JSON", 609), ("CSV", 610), ("HTA", 611),
        ("INTERNET_SHORTCUT", 612), ("CAP", 700), ("ISOIMAGE", 800), ("SQUASHFS", 801), ("VHD", 802), ("APPLE", 1000), ("MACINTOSH", 1001),
        ("APPLESINGLE", 1002), ("APPLEDOUBLE", 1003), ("MACINTOSH_HFS", 1004), ("APPLE_PLIST", 1005), ("MACINTOSH_LIB", 1006),
        ("APPLESCRIPT", 1007), ("APPLESCRIPT_COMPILED", 1008), ("CRX", 1100), ("XPI", 1101), ("ROM", 1200), ("IPS", 1201), ("PEM", 1300),
        ("PGP", 1301), ("CRT", 1302));

    public static ConstantTable BehaviourTrait { get; } = new(
        ("UNKNOWN_BEHAVIOUR", 0), ("DETECT_DEBUG_ENVIRONMENT", 1), ("DIRECT_CPU_CLOCK_ACCESS", 2), ("LONG_SLEEPS", 3), ("SELF_DELETE", 4),
        ("HOSTS_MODIFIER", 5), ("INSTALLS_BROWSER_EXTENSION", 6), ("PASSWORD_DIALOG", 7), ("SUDO", 8), ("PERSISTENCE", 9), ("SENDS_SMS", 10),
        ("CHECKS_GPS", 11), ("FTP_COMMUNICATION", 12), ("SSH_COMMUNICATION", 13), ("TELNET_COMMUNICATION", 14), ("SMTP_COMMUNICATION", 15),
        ("IRC_COMMUNICATION", 17), ("SUSPICIOUS_DNS", 18), ("SUSPICIOUS_UDP", 19), ("BIG_UPSTREAM", 20), ("TUNNELING", 21), ("CRYPTO", 22),
        ("TELEPHONY", 23), ("RUNTIME_MODULES", 24), ("REFLECTION", 25), ("MYSQL_COMMUNICATION", 26), ("DECRYPTS_EXE", 27), ("MACRO_ENVIRON", 28),
        ("MACRO_OPEN_FILE", 29), ("MACRO_WRITE_FILE", 30), ("MACRO_HANDLE_FILE", 31), ("MACRO_COPY_FILE", 32), ("MACRO_CREATE_FILE", 33),
        ("MACRO_RUN_FILE", 34), ("MACRO_HIDE_APP", 35), ("MACRO_POWERSHELL", 36), ("MACRO_CREATE_DIR", 37), ("MACRO_SAVE_WORKBOOK", 38),
        ("MACRO_CREATE_OLE", 39), ("MACRO_ENUM_WINDOWS", 40), ("MACRO_RUN_DLL", 41), ("MACRO_DOWNLOAD_URL", 42), ("MACRO_SEND_KEYS", 43),
        ("MACRO_REGISTRY", 44), ("MACRO_ANTI_ANALYSIS", 45), ("OBFUSCATED", 46), ("CLIPBOARD", 47), ("CHECKS_CPU_NAME", 48),
        ("CHECKS_DISK_SPACE", 49), ("CHECKS_MEMORY_AVAILABLE", 50), ("CHECKS_HOSTNAME", 51), ("CHECKS_NETWORK_ADAPTERS", 52), ("CHECKS_BIOS", 53),
        ("CHECKS_PCI_BUS", 54), ("CHECKS_USB_BUS", 55), ("EXECUTES_DROPPED_FILE", 56), ("REPEATED_CLOCK_ACCESS", 57), ("CHECKS_USER_INPUT", 58),
        ("CALLS_WMI", 59), ("EVAL_FUNCTION", 60), ("IDLE", 61), ("SERVICE_SCAN", 62), ("LISTENS", 63), ("SETS_PROCESS_NAME", 64), ("QR_CODE", 65));

    public static ConstantTable BehaviourVerdict { get; } = new(
        ("UNKNOWN_VERDICT", 0), ("CLEAN", 1), ("MALWARE", 2), ("GREYWARE", 3), ("RANSOM", 4), ("PHISHING", 5), ("BANKER", 6), ("ADWARE", 7),
        ("EXPLOIT", 8), ("EVADER", 9), ("RAT", 10), ("TROJAN", 11), ("SPREADER", 12), ("STEALER", 13));

    public static ConstantTable Method { get; } = new(
        ("UNKNOWN", 0), ("GET", 1), ("HEAD", 2), ("POST", 3), ("PUT", 4), ("DELETE", 5), ("TRACE", 6), ("OPTIONS", 7), ("CONNECT", 8),
        ("PATCH", 9), ("PROPFIND", 10), ("SETUP", 11), ("UNLOCK", 12));

    public static ConstantTable Protocol { get; } = new(
        ("UNKNOWN", 0), ("ICMP", 1), ("IGMP", 2), ("TCP", 6), ("UDP", 17), ("ESP", 50), ("AH", 51), ("L2TP", 115), ("SCTP", 132));

    /// <summary>The number of a constant, by the field that holds it.</summary>
    public static RuleValue Find(string field, string name) => (field switch
    {
        "file_type" or "type" or "response_body_filetype" => FileType,
        "traits" => BehaviourTrait,
        "verdicts" => BehaviourVerdict,
        "request_method" => Method,
        "transport_layer_protocol" => Protocol,
        _ => null,
    })?.Find(name) ?? RuleValue.Undefined;
}
