using Perisai.Engine.Containers.Iso9660;
using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Identification;

namespace Perisai.Engine.Containers.Elf;

/// <summary>
/// Hands on what an ELF program carries and what is of a known type: data behind its sections, sections of the programmer's own, and the disc image
/// that it is at the same time (AppImage, first kind). Archives and programs anywhere in it are found by their marks. Layout: System V ABI.
/// </summary>
internal sealed class ElfContentReader : IContainerReader
{
    public static readonly ElfContentReader Instance = new();

    public string Name => "elf";

    public FormatDescription Description { get; } = new(
        "ELF program",
        "data behind the sections, sections that are files by themselves, AppImage of both kinds; programs and archives anywhere in it",
        "System V ABI, chapters 4 and 5; AppImage specification")
    {
        Gaps = "packed programs",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var facts = Formats.Elf.ElfReader.Read(reader, ExecutableDetails.SectionNames);
        if (!facts.HeadersWereRead)
            sink.AddObservation(Observations.BrokenExecutable, facts.Faults is [var fault, ..] ? fault.Id : "");
        if (FarMagic.FindVolume(reader) == FileType.Iso9660)
        {
            // The whole file is the image, and the program lies in the part that an image does not use.
            Iso9660Reader.Instance.Read(source, sink);
            return;
        }

        foreach (var section in facts.Sections)
        {
            if (sink.ShouldStop)
                return;
            // Code, tables and texts have names that begin with a point; a file that was linked in has one as well, or lies in the data.
            if (section.RawLength >= ProgramContent.MinimumLength && section.RawOffset > 0)
                HandOn(section.Name.TrimStart('.') is { Length: > 0 } name ? name : "section", section.RawOffset, section.RawLength);
        }

        if (facts.OverlayStart is { } start)
            HandOn("overlay", start, source.Length - start);

        void HandOn(string name, long offset, long length)
        {
            var type = ProgramContent.Identify(source, offset, length, sink.Budget);
            if (type != FileType.Unknown && !ProgramContent.HasMark(type))
                sink.AddSlice(new Member(name), source, offset, length);
        }
    }
}
