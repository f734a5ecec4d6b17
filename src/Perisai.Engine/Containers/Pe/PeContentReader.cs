using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Pe;

/// <summary>
/// Hands on what a Windows program carries and what is of a type that says something: resources, .NET resources, data behind the sections.
/// Archives and programs that lie anywhere in it are found by their marks (<see cref="Appended.AppendedReader"/>). Layout: Microsoft PE and COFF
/// specification; ECMA-335 for .NET.
/// </summary>
internal sealed class PeContentReader : IContainerReader
{
    public static readonly PeContentReader Instance = new();

    public string Name => "pe";

    public FormatDescription Description { get; } = new(
        "Windows program (exe, dll, sys)",
        "resources, .NET resources, data behind the sections and the certificates, as far as they are of a known type; programs and archives "
            + "anywhere in it; Inno Setup's files; packed 32-bit programs unpacked by emulation (UPX, ASPack, FSG, MEW, Petite, PESpin, Upack, WWPack32, yC and others)",
        "Microsoft PE and COFF specification; ECMA-335; .resources as in System.Resources.ResourceReader")
    {
        Limits = "4,096 resources of each kind; 50 million emulated instructions, images of 48 MiB",
        Gaps = "packed 64-bit programs; resources that programs pack or encrypt in their own way",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var facts = Formats.Pe.PeReader.Read(reader, ExecutableDetails.None);
        var image = PeImage.Read(reader);
        if (PeSoundness.FindFlaw(image, facts, reader) is { } flaw)
            sink.AddObservation(Observations.BrokenExecutable, flaw);
        if (image is null)
            return;
        var resources = PeResourceTree.Read(image).Resources;
        PeResources.HandOn(resources, source, sink);
        PeRuntimeResources.HandOn(image, source, sink);
        Inno.InnoInstaller.HandOn(resources, source, sink);
        HandOnOverlay(image, facts, source, sink);
        if (!sink.ShouldStop)
            Unpacking.Unpacker.HandOn(image, sink);
    }

    /// <summary>What lies behind the sections, without the certificates, which lie there too.</summary>
    private static void HandOnOverlay(PeImage image, ExecutableFacts facts, ByteSource source, IMemberSink sink)
    {
        if (facts.OverlayStart is not { } start)
            return;
        long certificates = 0, length = 0;
        if (image.TryGetDirectory(PeFormat.SecurityDirectory, out var address, out var stated))
            (certificates, length) = (address, stated);
        if (length == 0 || certificates < start || certificates >= source.Length)
        {
            HandOn("overlay", start, source.Length);
            return;
        }

        HandOn("overlay", start, certificates);
        HandOn("behind-certificates", Math.Min(source.Length, certificates + length), source.Length);

        void HandOn(string name, long from, long to)
        {
            var type = sink.ShouldStop ? FileType.Unknown : ProgramContent.Identify(source, from, to - from, sink.Budget);
            // An Inno Setup installer's headers are read where its table says that they are.
            if (type is not (FileType.Unknown or FileType.InnoSetup) && !ProgramContent.HasMark(type))
                sink.AddSlice(new Member(name), source, from, to - from);
            else if (type == FileType.Unknown && to > from && !sink.ShouldStop && Dos.OldArchives.Find(source, from, sink, out var archive) is > 0 and var start && start < to)
                sink.AddSlice(new Member(archive), source, start, to - start);
        }
    }
}
