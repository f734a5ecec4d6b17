namespace Perisai.Conformance.ClamAv;

/// <summary>Ways to pack one file, by the usual programs. Each gets a folder with the file <c>object</c> in it and writes <c>packed</c>.</summary>
internal static class SampleContainers
{
    public static IReadOnlyDictionary<string, string> Commands { get; } = new Dictionary<string, string>
    {
        ["plain"] = "cp object packed",
        ["zip"] = "zip -q packed.zip object && mv packed.zip packed",
        ["zip-stored"] = "zip -q -0 packed.zip object && mv packed.zip packed",
        ["gzip"] = "gzip -c object > packed",
        ["bzip2"] = "bzip2 -c object > packed",
        ["xz"] = "xz -c object > packed",
        ["tar"] = "tar -cf packed object",
        ["tgz"] = "tar -czf packed object",
        ["7z"] = "7z a -bd -t7z packed.7z object > /dev/null && mv packed.7z packed",
        ["cab"] = "gcab -c packed object 2> /dev/null",
        ["cpio"] = "echo object | cpio -o --quiet -H newc > packed",
        ["iso"] = "genisoimage -quiet -J -R -o packed object",
        ["arj"] = "arj a -y packed.arj object > /dev/null && mv packed.arj packed",
        ["mail"] = "(printf 'From: a@example.org\\nTo: b@example.org\\nSubject: s\\nMIME-Version: 1.0\\nContent-Type: multipart/mixed; boundary=\"b\"\\n\\n--b\\n"
            + "Content-Type: application/octet-stream; name=\"object\"\\nContent-Transfer-Encoding: base64\\n\\n'; base64 object; printf -- '--b--\\n') > packed",
        ["zip-in-tgz"] = "zip -q inner.zip object && tar -czf packed inner.zip",
        ["mail-in-zip"] = "(printf 'From: a@example.org\\nTo: b@example.org\\nSubject: s\\nMIME-Version: 1.0\\nContent-Type: application/octet-stream; name=\"object\"\\n"
            + "Content-Transfer-Encoding: base64\\n\\n'; base64 object) > m.eml && zip -q packed.zip m.eml && mv packed.zip packed",
    };
}
