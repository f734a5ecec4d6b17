namespace Perisai.Linux;

/// <summary>
/// File systems that hold no files but the kernel's state. Their "files" have no length, never end, or act when they are read; the
/// magic numbers are those of statfs(2) and include/uapi/linux/magic.h.
/// </summary>
public static class PseudoFileSystem
{
    /// <summary>The name of a pseudo file system; null for one that holds files.</summary>
    public static string? NameOf(uint magic) => magic switch
    {
        0x0000_9FA0 => "proc",
        0x6265_6572 => "sysfs",
        0x0027_E0EB => "cgroup",
        0x6367_7270 => "cgroup2",
        0x6462_6720 => "debugfs",
        0x7472_6163 => "tracefs",
        0x7363_6673 => "securityfs",
        0x0000_1CD1 => "devpts",
        0xCAFE_4A11 => "bpf",
        0x6265_6570 => "configfs",
        0x6165_676C => "pstore",
        0xDE5E_81E4 => "efivarfs",
        0x1980_0202 => "mqueue",
        0x4249_4E4D => "binfmt_misc",
        0x6573_5543 => "fusectl",
        0xF97C_FF8C => "selinuxfs",
        0x4341_5D53 => "smackfs",
        0x6759_6969 => "rpc_pipefs",
        0x6E73_6673 => "nsfs",
        _ => null,
    };
}
