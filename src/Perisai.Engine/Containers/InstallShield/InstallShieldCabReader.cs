namespace Perisai.Engine.Containers.InstallShield;

/// <summary>Reads one file of a set of InstallShield cabinets: it has its files where it is both header and cabinet.</summary>
internal sealed class InstallShieldCabReader : IContainerReader
{
    public static readonly InstallShieldCabReader Instance = new();

    public string Name => "iscab";

    public FormatDescription Description { get; } = new(
        "InstallShield cabinet (data1.cab, data1.hdr)", "versions 5 to 30 whose header and files are in one, or lie behind a setup program together; stored, deflated, obfuscated",
        "unshield, its description of the format")
    {
        Gaps = "a header alone and a cabinet alone are reported; so are files that go over several cabinets",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        if (!InstallShieldCabinet.TryRead(source, new Dictionary<int, ByteSource> { [1] = source }, sink))
            sink.AddNotScanned(new Member("files"), NotScannedReason.MissingVolume, "The set's header is another file.");
    }
}
