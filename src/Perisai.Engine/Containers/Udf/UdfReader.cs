using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Udf;

/// <summary>Reads UDF volumes. The reader of ISO 9660 uses it for images that both describe.</summary>
internal sealed class UdfReader : IContainerReader
{
    public static readonly UdfReader Instance = new();

    public string Name => UdfFaults.Format;

    public FormatDescription Description { get; } = new(
        "UDF image (iso, udf)",
        "1.02 to 2.60: plain, virtual, sparable and metadata partitions; files in their entries; named streams; beside ISO 9660 as well",
        "ECMA-167; OSTA Universal Disk Format Specification 2.60 (http://www.osta.org/specs/pdf/udf260.pdf)")
    {
        Limits = "directories of 64 MiB, files of 262,144 pieces",
        Gaps = "volumes over several discs; extended allocation descriptors",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var files = new VolumeFiles(source, sink, UdfFaults.Format);
        Read(source, sink, files.Add);
    }

    /// <summary>Reads the volume of an image; whoever takes the files may know some of them.</summary>
    public static void Read(ByteSource image, IMemberSink sink, Func<string, List<Piece>, long, bool> add)
    {
        if (UdfVolumes.Find(image, sink) is { } volume)
            new UdfWalk(volume, sink, add).Run();
        else
            sink.AddLoss(UdfFaults.NoVolume, 0);
    }
}
